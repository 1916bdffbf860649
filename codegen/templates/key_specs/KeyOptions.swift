// {{ banner }}

internal import ParsecBinding
{% for choice in choices %}
{%- for line in choice.lines %}
{{ line }}
{%- endfor %}
{% endfor %}
/// Options of a new key, besides its kind.
public struct KeyOptions: Sendable, Hashable {
    /// The size in bits, for kinds with several sizes: RSA, AES-GCM. Other kinds accept only their own size.
    public var bits: Int?
{%- for option in options %}
{%- for line in option.doc %}
    /// {{ line }}
{%- endfor %}
    public var {{ option.name }}: {{ option.type_name }}
{%- endfor %}

    /// Creates options that differ from the defaults in the arguments.
    public init(
        bits: Int? = nil{% for option in options %},
        {{ option.name }}: {{ option.type_name }} = {{ option.default }}{% endfor %}
    ) {
        self.bits = bits
{%- for option in options %}
        self.{{ option.name }} = {{ option.name }}
{%- endfor %}
    }

    /// The record of the binding, without a kind.
    var native: ParsecBinding.NativeSpec {
        ParsecBinding.NativeSpec(
{%- for option in options %}
            {{ option.native }}{% if !loop.last %},{% endif %}
{%- endfor %}
        )
    }
}
