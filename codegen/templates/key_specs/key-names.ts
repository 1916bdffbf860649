// {{ banner }}

/** The names of hash functions. They are case-insensitive. */
export const HASHES = [
{%- for hash in hashes %}
  '{{ hash }}',
{%- endfor %}
] as const
{% for choice in choices %}
/** {{ choice.doc }} */
export const {{ choice.table }} = [
{%- for (doc, value) in choice.values %}
  /** {{ doc }} */
  '{{ value }}',
{%- endfor %}
] as const
{% endfor %}
