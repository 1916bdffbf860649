extension {{ scope }} {
    /// {{ doc }}
    public struct {{ name }}: Swift.Sendable, Swift.Hashable, Swift.Codable {
{%- for field in fields %}
        /// {{ field.doc }}
        public var {{ field.name }}: {{ field.type_name }}
{%- endfor %}

        /// {% if fields.is_empty() %}Creates an empty value.{% else %}Creates a value with these fields.{% endif %}
        public init(
{%- for field in fields %}
            {{ field.label }} value{{ loop.index }}: {{ field.type_name }}{% if let Some(default) = field.default %} = {{ default }}{% endif %}{% if !loop.last %},{% endif %}
{%- endfor %}{% if !fields.is_empty() %}
        {% endif %}) {
{%- for field in fields %}
            self.{{ field.name }} = value{{ loop.index }}
{%- endfor %}
        }
{%- if self.has_coding_keys() %}

        enum CodingKeys: Swift.String, Swift.CodingKey {
{%- for field in fields %}
            case {{ field.name }} = "{{ field.written }}"
{%- endfor %}
        }
{%- endif %}
{%- if all_optional %}

        /// Decodes the fields that are present; the others receive their defaults.
        public init(from decoder: any Swift.Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
{%- for field in fields %}
            self.{{ field.name }} = try fields.decodeIfPresent({{ field.bare }}.self, forKey: .{{ field.name }})
{%- if let Some(default) = field.default %}{% if *default != "nil" %} ?? {{ default }}{% endif %}{% endif %}
{%- endfor %}
        }
{%- endif %}
{%- if direction == Direction::Lifted && !fields.is_empty() %}

        init(native: ParsecBinding.{{ native }}) {
{%- for field in fields %}
            self.{{ field.name }} = .init(native: native.{{ field.native }})
{%- endfor %}
        }
{%- endif %}
{%- if direction == Direction::Lowered %}

        var native: ParsecBinding.{{ native }} {
            .init(
{%- for field in fields %}
                {{ field.native_label }}: self.{{ field.name }}.native{% if !loop.last %},{% endif %}
{%- endfor %}
            )
        }
{%- endif %}
    }
}
