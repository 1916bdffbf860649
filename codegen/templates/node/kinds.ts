// {{ banner }}

/** The kinds of keys, by role. Names are case-insensitive. */
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
