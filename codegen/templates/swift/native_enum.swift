extension Contract.{{ of.name }}: Bridged {
    init(native: ParsecBinding.{{ of.name }}) {
        switch native {
{%- for (case, _, _) in of.cases %}
        case .{{ case }}: self = .{{ case }}
{%- endfor %}
        }
    }

    var native: ParsecBinding.{{ of.name }} {
        switch self {
{%- for (case, _, _) in of.cases %}
        case .{{ case }}: .{{ case }}
{%- endfor %}
        }
    }
}
