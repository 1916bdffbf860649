#: {{ doc }}
{{ name }} = _t.Literal[
{%- for value in values %}
    "{{ value }}",
{%- endfor %}
]
