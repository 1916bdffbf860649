extension {{ of.scope }}.{{ of.name }}: Bridged {
{%- if of.fields.is_empty() %}
    init(native: Swift.Void) {
        self.init()
    }

    var native: Swift.Void { () }
{%- else %}
    init(native: ParsecBinding.{{ of.native }}) {
{%- for field in of.fields %}
        self.{{ field.name }} = .init(native: native.{{ field.name }})
{%- endfor %}
    }

    var native: ParsecBinding.{{ of.native }} {
        .init(
{%- for field in of.fields %}
            {{ field.label }}: self.{{ field.name }}.native{% if !loop.last %},{% endif %}
{%- endfor %}
        )
    }
{%- endif %}
}
