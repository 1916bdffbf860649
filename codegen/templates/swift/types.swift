// {{ banner }}

public import Foundation
{% for code in types %}
{{ code }}
{% endfor %}
