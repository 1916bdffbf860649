// {{ banner }}

{% if uses_foundation %}public import Foundation
{% endif %}internal import ParsecBinding

extension {{ class }} {
{%- for method in methods %}
{%- if !loop.first %}
{% endif %}
{%- for line in method.doc %}
    ///{% if !line.is_empty() %} {{ line }}{% endif %}
{%- endfor %}
{%- if method.discardable %}
    @discardableResult
{%- endif %}
{{ method.declaration }}
{%- for line in method.body %}
        {{ line }}
{%- endfor %}
    }
{%- endfor %}
}
