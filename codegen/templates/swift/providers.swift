// {{ banner }}

internal import ParsecBinding

/// A provider, which holds keys. The raw value is its number in the wire protocol.
public enum Provider: Swift.UInt8, Swift.Sendable, Swift.Hashable, Swift.CaseIterable {
{%- for (case, id, doc, _) in providers %}
    /// {{ doc }}
    case {{ case }} = {{ id }}
{%- endfor %}

    /// The name in the contracts: `second-pkcs11`.
    public var name: Swift.String {
        switch self {
{%- for (case, _, _, name) in providers %}
        case .{{ case }}: "{{ name }}"
{%- endfor %}
        }
    }
}

extension Provider: Bridged {
    init(native: ParsecBinding.ProviderId) {
        switch native {
{%- for (case, _, _, _) in providers %}
        case .{{ case }}: self = .{{ case }}
{%- endfor %}
        }
    }

    var native: ParsecBinding.ProviderId {
        switch self {
{%- for (case, _, _, _) in providers %}
        case .{{ case }}: .{{ case }}
{%- endfor %}
        }
    }
}
