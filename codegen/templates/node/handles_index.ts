// {{ banner }}
{% for (names, file) in exports %}
{%- if !names.is_empty() %}
{{ names }} from './{{ file }}.js'
{%- endif %}
{%- endfor %}
