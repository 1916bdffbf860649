extension Contract.{{ of.name }}: Bridged {
    init(native: ParsecBinding.{{ of.native }}) {
        switch native {
{%- for found in of.cases %}
        case .{{ found.native }}: self = .{{ found.name }}
{%- endfor %}
        }
    }

    var native: ParsecBinding.{{ of.native }} {
        switch self {
{%- for found in of.cases %}
        case .{{ found.name }}: .{{ found.native }}
{%- endfor %}
        }
    }
}
