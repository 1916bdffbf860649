extension {{ of.scope }}.{{ of.name }}: Bridged {
    init(native: ParsecBinding.{{ of.native }}) {
{%- for field in of.fields %}
        self.{{ field.name }} = .init(native: native.{{ field.native }})
{%- endfor %}
    }

    var native: ParsecBinding.{{ of.native }} {
{{ of.lowered(8) }}
    }
}
