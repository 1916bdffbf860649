{{ doc }}
export interface {{ name }} {
{%- for field in fields %}
{{ field.doc }}
  {{ field.name }}{% if field.may_lack %}?{% endif %}: {{ field.type_name }}
{%- endfor %}
}
