// {{ banner }}

/** The kinds of keys, by role. Names are case-insensitive. */
export const ALGORITHMS = {
{%- for (role, names) in roles %}
  /** {{ self::one_line(role.doc) }} */
{{ self::node_names(role, names) }}
{%- endfor %}
} as const
