// {{ banner }}
{% if !imports.is_empty() %}
{{ imports.join("\n") }}
{% endif %}
{%- for code in types %}
{{ code }}
{% endfor %}
