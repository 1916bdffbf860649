extension Contract {
{{ self::doc(doc, 4) }}
    public indirect enum {{ name }}: Swift.Sendable, Swift.Hashable, Swift.Codable {
{%- for found in cases %}
{{ self::case_doc(found.doc, found.tag) }}
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
{{ found.decoded() }}
{%- endfor %}
            default: throw variant.unknown("{{ name }}")
            }
        }

        /// Encodes the form of the contracts.
        public func encode(to encoder: any Swift.Encoder) throws {
            switch self {
{%- for found in cases %}
{{ found.encoded() }}
{%- endfor %}
            }
        }
    }
}
