extension {{ of.scope }}.{{ of.name }}: Bridged {
    init(native: ParsecBinding.{{ of.native }}) {
{%- for field in of.fields %}
        self.{{ field.name }} = .init(native: native.{{ field.native }})
{%- endfor %}
    }

    var native: ParsecBinding.{{ of.native }} {
        .init(
{%- for field in of.fields %}
            {{ field.native_label }}: self.{{ field.name }}.native{% if !loop.last %},{% endif %}
{%- endfor %}
        )
    }
}
