extension {{ scope }} {
{{ self::doc(doc, 4) }}
    public struct {{ name }}: Swift.Sendable, Swift.Hashable, Swift.Codable {
{%- for field in fields %}
{{ self::doc(field.doc, 8) }}
        public var {{ field.name }}: {{ field.type_name }}
{%- endfor %}
{%- if fields.is_empty() %}
        /// Creates an empty value.
        public init() {}
{%- else %}

        /// Creates a value with these fields.
{{ self.initializer() }}
{%- for field in fields %}
            self.{{ field.name }} = {{ field.local }}
{%- endfor %}
        }
{%- endif %}
{%- if self.has_coding_keys() %}

        enum CodingKeys: Swift.String, Swift.CodingKey {
{%- for field in fields %}
            case {{ field.name }}{% if field.name != field.written %} = "{{ field.written }}"{% endif %}
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
{{ self.lowered(12) }}
        }
{%- endif %}
    }
}
