extension Contract.{{ of.name }}: Bridged {
    init(native: ParsecBinding.{{ of.native }}) {
        switch native {
{%- for found in of.cases %}
{{ found.lifted() }}
{%- endfor %}
        }
    }

    var native: ParsecBinding.{{ of.native }} {
        switch self {
{%- for found in of.cases %}
{{ found.lowered() }}
{%- endfor %}
        }
    }
}
