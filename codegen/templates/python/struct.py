class {{ name }}(TypedDict{% if !total %}, total=False{% endif %}):
{{ self::docstring(doc, 4) }}
{%- if !fields.is_empty() %}
{% for field in fields %}
    {{ field.name }}: {{ field.type_name }}
{{ self::attribute_doc(field.doc, 4) }}
{%- endfor %}
{%- endif %}
