// {{ banner }}

/**
 * The types that operations share, and what goes into and comes out of each, as plain data.
 *
 * A union is written as in the contracts: the variant's name alone where it holds nothing, and
 * otherwise an object of that one name.
 */

/** A whole number; a bigint where a number would not be exact. */
export type Uint64 = number | bigint
{% for code in types %}
{{ code }}
{% endfor %}
