{% for variant in variants -%}
{% if let Some(holds) = variant.holds -%}
{% if !variant.inner.is_empty() -%}
{{ variant.class }}_Fields = _t.TypedDict(
    "{{ variant.class }}_Fields",
    {
{%- for field in variant.inner %}
        "{{ field.name }}": {{ field.type_name }},
{%- endfor %}
    },
)
{% endif -%}
{{ variant.class }} = _t.TypedDict("{{ variant.class }}", {"{{ variant.name }}": {{ holds }}})
{% endif -%}
{%- endfor -%}
#: {{ doc }}
{{ name }} = _t.Union[
{%- if !bare.is_empty() %}
    _t.Literal[
{%- for name in bare %}
        "{{ name }}",
{%- endfor %}
    ],
{%- endif %}
{%- for variant in variants %}
{%- if variant.holds.is_some() %}
    {{ variant.class }},
{%- endif %}
{%- endfor %}
]
