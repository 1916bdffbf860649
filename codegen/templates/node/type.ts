/** {{ doc }} */
export type {{ name }} =
{%- for choice in choices %}
  | {{ choice }}
{%- endfor %}
