// {{ banner }}

{% if uses_foundation -%}
public import Foundation
{% endif -%}
internal import ParsecBinding
{% for code in parts %}
{{ code }}
{% endfor %}
