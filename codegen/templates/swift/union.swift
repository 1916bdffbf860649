extension Contract {
    /// {{ doc }}
    public indirect enum {{ name }}: Swift.Sendable, Swift.Hashable, Swift.Codable {
{%- for found in cases %}
        /// {% if found.doc.is_empty() %}`{{ found.tag }}` in the contracts.{% else %}{{ found.doc }}{% endif %}
        case {{ found.name }}
{%- if let Some(value) = found.value %}({{ value }})
{%- else if !found.fields.is_empty() %}({% for field in found.fields %}{{ field.label }}: {{ field.type_name }}{% if !loop.last %}, {% endif %}{% endfor %})
{%- endif %}
{%- endfor %}

        /// Decodes the form of the contracts: a name, or an object with the name as its only key.
        public init(from decoder: any Swift.Decoder) throws {
            let variant = try Variant(from: decoder)
            switch variant.name {
{%- for found in cases %}
            case "{{ found.tag }}":
{%- if let Some(value) = found.value %}
                self = .{{ found.name }}(try variant.value({{ value }}.self))
{%- else if !found.fields.is_empty() %}
                self = .{{ found.name }}({% for field in found.fields %}{{ field.label }}: try variant.field("{{ field.written }}", {{ field.type_name }}.self){% if !loop.last %}, {% endif %}{% endfor %})
{%- else %}
                self = .{{ found.name }}
{%- endif %}
{%- endfor %}
            default: throw variant.unknown("{{ name }}")
            }
        }

        /// Encodes the form of the contracts.
        public func encode(to encoder: any Swift.Encoder) throws {
            switch self {
{%- for found in cases %}
{%- if found.value.is_some() %}
            case .{{ found.name }}(let value): try Variant.encode("{{ found.tag }}", value: value, to: encoder)
{%- else if !found.fields.is_empty() %}
            case .{{ found.name }}({% for field in found.fields %}let value{{ loop.index }}{% if !loop.last %}, {% endif %}{% endfor %}):
                var fields = Variant.fields("{{ found.tag }}", in: encoder)
{%- for field in found.fields %}
                try fields.encode(value{{ loop.index }}, forKey: "{{ field.written }}")
{%- endfor %}
{%- else %}
            case .{{ found.name }}: try Variant.encode("{{ found.tag }}", to: encoder)
{%- endif %}
{%- endfor %}
            }
        }
    }
}
