// {{ banner }}

package org.parsec.client

import org.parsec.client.ffi.NativeSpec
import org.parsec.client.internal.lift
import org.parsec.client.internal.lower
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
        {{ parameter.name }}: {{ parameter.type_name }} = {{ parameter.lifted }},
{%- endfor %}
    ): {{ role.spec }} = {{ role.spec }}(
        native.copy(
{%- for parameter in role.parameters %}
            {{ parameter.name }} = {{ parameter.lowered }},
{%- endfor %}
        ),
    )
{%- for parameter in role.parameters %}

    /** As [with], for Java: {{ parameter.doc }}. */
{%- if parameter.given == "Boolean" %}
    @JvmOverloads
    public fun {{ parameter.wither }}({{ parameter.name }}: Boolean = true): {{ role.spec }} = with({{ parameter.name }} = {{ parameter.name }})
{%- else %}
    public fun {{ parameter.wither }}({{ parameter.name }}: {{ parameter.given }}): {{ role.spec }} = with({{ parameter.name }} = {{ parameter.name }})
{%- endif %}
{%- endfor %}
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
    public constructor(attributes: KeyAttributes) : this(NativeSpec(attributes = attributes.lower()))

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
        {{ parameter.name }}: {{ parameter.type_name }} = {{ parameter.lifted }},
{%- endfor %}
    ): AnySpec = AnySpec(
        native.copy(
{%- for parameter in any %}
            {{ parameter.name }} = {{ parameter.lowered }},
{%- endfor %}
        ),
    )
{%- for parameter in any %}

    /** As [with], for Java: {{ parameter.doc }}. */
{%- if parameter.given == "Boolean" %}
    @JvmOverloads
    public fun {{ parameter.wither }}({{ parameter.name }}: Boolean = true): AnySpec = with({{ parameter.name }} = {{ parameter.name }})
{%- else %}
    public fun {{ parameter.wither }}({{ parameter.name }}: {{ parameter.given }}): AnySpec = with({{ parameter.name }} = {{ parameter.name }})
{%- endif %}
{%- endfor %}
}
