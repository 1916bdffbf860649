// {{ banner }}

/** The numbers of providers in the wire protocol, by name. */
export const NUMBERS = {
{%- for provider in providers %}
  /** {{ self::one_line(provider.description) }} */
  {% if provider.name.kebab().contains('-') %}'{{ provider.name.kebab() }}'{% else %}{{ provider.name.kebab() }}{% endif %}: {{ provider.id }},
{%- endfor %}
} as const
