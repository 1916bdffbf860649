extension Contract.{{ of.name }}: Bridged {
    init(native: ParsecBinding.{{ of.native }}) {
        switch native {
{%- for found in of.cases %}
{%- if found.value.is_some() %}
        case .{{ found.native }}(let value): self = .{{ found.name }}(.init(native: value))
{%- else if !found.fields.is_empty() %}
        case .{{ found.native }}({% for field in found.fields %}let value{{ loop.index }}{% if !loop.last %}, {% endif %}{% endfor %}):
            self = .{{ found.name }}({% for field in found.fields %}{{ field.label }}: .init(native: value{{ loop.index }}){% if !loop.last %}, {% endif %}{% endfor %})
{%- else %}
        case .{{ found.native }}: self = .{{ found.name }}
{%- endif %}
{%- endfor %}
        }
    }

    var native: ParsecBinding.{{ of.native }} {
        switch self {
{%- for found in of.cases %}
{%- if found.value.is_some() %}
        case .{{ found.name }}(let value): .{{ found.native }}(value.native)
{%- else if !found.fields.is_empty() %}
        case .{{ found.name }}({% for field in found.fields %}let value{{ loop.index }}{% if !loop.last %}, {% endif %}{% endfor %}):
            .{{ found.native }}({% for field in found.fields %}{{ field.label }}: value{{ loop.index }}.native{% if !loop.last %}, {% endif %}{% endfor %})
{%- else %}
        case .{{ found.name }}: .{{ found.native }}
{%- endif %}
{%- endfor %}
        }
    }
}
