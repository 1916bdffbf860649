extension Raw {
{{ self::doc(operation.doc, 4) }}
{%- if operation.has_no_output %}
    @discardableResult
{%- endif %}
{{ operation.declaration() }}
{%- if !operation.core %}
        let provider = try await self.provider(provider)
{%- endif %}
        {% if !operation.has_no_output %}let response = {% endif %}try await caller.run { native in
            try await native.{{ operation.native }}(
                {%- if !operation.core %}provider: provider.native{% if !operation.empty %}, {% endif %}{% endif -%}
                {%- if !operation.empty %}input: input.native{% endif -%}
            )
        }
        return {{ operation.message }}Response({% if !operation.has_no_output %}native: response{% endif %})
    }
}
