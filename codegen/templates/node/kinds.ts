// {{ banner }}

/** The kinds of keys, by what they are for. The names are taken in any case. */
export const ALGORITHMS = {
{%- for (role, names) in roles %}
  /** {{ self::one_line(role.doc) }} */
  {{ role.name.lower_camel() }}: [
{%- for name in names %}
    '{{ name }}',
{%- endfor %}
  ],
{%- endfor %}
} as const
