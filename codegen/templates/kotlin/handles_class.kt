// {{ banner }}

package org.parsec.client

// IMPORTS

{%- if doc.len() == 1 %}
/** {{ doc[0] }} */
{%- else %}
/**
{%- for line in doc %}
 *{% if !line.is_empty() %} {{ line }}{% endif %}
{%- endfor %}
 */
{%- endif %}
{%- for line in header %}
{{ line }}
{%- endfor %}
{%- if handle.is_key() && handle.role.is_none() %}
    /** The name of the key. */
    public val name: String = native.name()

    /** The provider that has the key. */
    public val provider: Provider = native.provider().lift()

    /** The type, the size and the policy of the key. */
    public val attributes: KeyAttributes by lazy { native.attributes().lift() }

    /** A description for people, such as `ECDSA P-256 with SHA-256`. */
    public val description: String = native.description()

{%- endif %}
{%- if handle.public_key.is_some() %}
    /** The public key. */
    public val publicKey: PublicKey by lazy { requirePublicKey(native) }

{%- endif %}
{%- for method in methods %}

{% if method.doc.len() == 1 %}
    /** {{ method.doc[0] }} */
{%- else %}
    /**
{%- for line in method.doc %}
     *{% if !line.is_empty() %} {{ line }}{% endif %}
{%- endfor %}
     */
{%- endif %}
{%- for line in method.suspending %}
    {{ line }}
{%- endfor %}

    /** As [{{ method.name }}], on the caller's thread. */
{%- for line in method.blocking %}
    {{ line }}
{%- endfor %}

    /** As [{{ method.name }}], for Java. */
{%- for line in method.future %}
    {{ line }}
{%- endfor %}
{%- endfor %}
{%- if handle.is_key() && handle.role.is_none() %}

    /** Releases the memory of this object; the key stays. Calling it is optional, and calling it twice is fine. */
    override fun close(): Unit = native.close()

    /** For people: the class of this object, and the name, the kind and the provider of the key. */
    override fun toString(): String = "${javaClass.simpleName}($name, $description, $provider)"

    internal companion object {
        internal fun of(native: NativeKey, timeoutMs: UInt?): Key = when (native.role()) {
{%- for (role, class) in roles %}
            "{{ role }}" -> {{ class }}(native, timeoutMs)
{%- endfor %}
            else -> OtherKey(native, timeoutMs)
        }
    }
{%- endif %}
}
