extension {{ scope }} {
    /// {{ doc }}
    public struct {{ name }}: Swift.Sendable, Swift.Hashable, Swift.Codable {
{%- for field in fields %}
        /// {{ field.doc }}
        public var {{ field.name }}: {{ field.type_name }}
{%- endfor %}

        /// {% if fields.is_empty() %}Holds nothing.{% else %}Takes each field; those with a default may be left out.{% endif %}
        public init(
{%- for field in fields %}
            {{ field.label }} value{{ loop.index }}: {{ field.type_name }}{% if let Some(default) = field.default %} = {{ default }}{% endif %}{% if !loop.last %},{% endif %}
{%- endfor %}{% if !fields.is_empty() %}
        {% endif %}) {
{%- for field in fields %}
            self.{{ field.name }} = value{{ loop.index }}
{%- endfor %}
        }
{%- if !fields.is_empty() %}

        enum CodingKeys: Swift.String, Swift.CodingKey {
{%- for field in fields %}
            case {{ field.name }} = "{{ field.written }}"
{%- endfor %}
        }
{%- endif %}
{%- if all_may_lack %}

        /// Takes what is there; the rest is as if left out.
        public init(from decoder: any Swift.Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
{%- for field in fields %}
            self.{{ field.name }} = try fields.decodeIfPresent({{ field.bare }}.self, forKey: .{{ field.name }})
{%- if let Some(default) = field.default %}{% if *default != "nil" %} ?? {{ default }}{% endif %}{% endif %}
{%- endfor %}
        }
{%- endif %}
    }
}
