extension Raw {
    /// {{ operation.doc }}
    @discardableResult
    public func {{ operation.method }}(
        {%- if !operation.empty %}_ input: {{ operation.message }}Request{% if !operation.core %}, {% endif %}{% endif -%}
        {%- if !operation.core %}provider: Provider? = nil{% endif -%}
    ) async throws(ParsecError) -> {{ operation.message }}Response {
{%- if !operation.core %}
        let provider = try await self.provider(provider)
{%- endif %}
        {% if operation.has_no_output %}try await caller.run{% else %}return try await .init(native: caller.run{% endif %} { native in
            try await native.{{ operation.native }}(
                {%- if !operation.core %}provider: provider.native{% if !operation.empty %}, {% endif %}{% endif -%}
                {%- if !operation.empty %}input: input.native{% endif -%}
            )
        }{% if operation.has_no_output %}
        return .init(){% else %}){% endif %}
    }
}
