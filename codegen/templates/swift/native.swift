// {{ banner }}

internal import Foundation
internal import ParsecBinding
{% for code in types %}
{{ code }}
{% endfor %}
