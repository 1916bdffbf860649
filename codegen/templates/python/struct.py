{% if fields.is_empty() -%}
class {{ name }}(_t.TypedDict):
    """{{ doc }}"""
{%- else -%}
#: {{ doc }}
{{ name }} = _t.TypedDict(
    "{{ name }}",
    {
{%- for field in fields %}
        # {{ field.doc }}
        "{{ field.name }}": {{ field.type_name }},
{%- endfor %}
    },
{%- if !total %}
    total=False,
{%- endif %}
)
{%- endif %}
