// {{ banner }}

package org.parsec.client

import org.parsec.client.raw.NativeSpec
{% for role in roles %}
/** {{ role.doc }} */
public class {{ role.spec }} internal constructor(native: NativeSpec) : KeySpec<{{ role.key }}>(native) {
    internal constructor(name: String) : this(NativeSpec(name = name))

    override fun handle(key: Key): {{ role.key }} = key.of()

    /**
     * The same spec, with other options.
     *
{%- for line in role.with_doc %}
     * {{ line }}
{%- endfor %}
     */
    @JvmOverloads
    public fun with(
{%- for parameter in role.parameters %}
        {{ parameter.name }}: {{ parameter.type_name }} = native.{{ parameter.name }},
{%- endfor %}
    ): {{ role.spec }} = {{ role.spec }}(
        native.copy(
{%- for parameter in role.parameters %}
            {{ parameter.name }} = {{ parameter.name }},
{%- endfor %}
        ),
    )
}
{% endfor %}
/** Specifications of keys of any kind, by its name at run time or by all attributes. */
public class AnySpec private constructor(native: NativeSpec) : KeySpec<Key>(native) {
    /**
     * A kind of key by the name that configurations and the command line use: `ecdsa-p256`,
     * `aes-256-gcm`. An unknown name is an error when the key is made; the error lists the known names.
     */
    public constructor(name: String) : this(NativeSpec(name = name))

    /** A key with exactly these attributes. */
    public constructor(attributes: KeyAttributes) : this(NativeSpec(attributes = attributes))

    override fun handle(key: Key): Key = key

    /**
     * The same spec, with other options.
     *
{%- for line in any_doc %}
     * {{ line }}
{%- endfor %}
     */
    @JvmOverloads
    public fun with(
{%- for parameter in any %}
        {{ parameter.name }}: {{ parameter.type_name }} = native.{{ parameter.name }},
{%- endfor %}
    ): AnySpec = AnySpec(
        native.copy(
{%- for parameter in any %}
            {{ parameter.name }} = {{ parameter.name }},
{%- endfor %}
        ),
    )
}
