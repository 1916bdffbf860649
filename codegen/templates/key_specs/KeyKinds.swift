// {{ banner }}

{%- if uses_foundation %}

public import Foundation
{%- endif %}
{% for lines in declarations %}
{%- for line in lines %}
{{ line }}
{%- endfor %}
{% endfor %}
extension AnyKey {
    /// The handles of all kinds, which are tried in this order.
    static let handles: [any Key.Type] = [
{%- for handle in handles %}
        {{ handle }},
{%- endfor %}
    ]
}
