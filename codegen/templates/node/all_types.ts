// {{ banner }}

/**
 * The types that operations share, and the input and output of each operation, as plain data.
 *
 * Unions have the form of the contracts: a variant without fields is its name, any other is an
 * object with its name as the only key.
 */
{% for file in files %}
export type * from '{{ file }}'
{%- endfor %}
