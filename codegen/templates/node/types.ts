// {{ banner }}
{% for (path, names) in imports %}
import type {
{%- for name in names %}
  {{ name }},
{%- endfor %}
} from '{{ path }}'
{%- endfor %}
{% for code in types %}
{{ code }}
{% endfor %}
