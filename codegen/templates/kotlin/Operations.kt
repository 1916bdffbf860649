// {{ banner }}

package org.parsec.client
{% for name in imports %}
import {{ name }}
{%- endfor %}

/** Operations of [Raw]: {{ title }}. */
public sealed interface {{ interface }} {
    // Only `Raw` implements this interface.
    private val calls: RawCalls get() = this as RawCalls
{%- for operation in operations %}

    /**
{%- for line in operation.doc %}
     *{% if !line.is_empty() %} {{ line }}{% endif %}
{%- endfor %}
     *
     * @throws ParsecException if the service returns an error or cannot be reached
     */
{%- for line in operation.suspending %}
    {{ line }}
{%- endfor %}

    /** Blocking variant of [{{ operation.method }}]. */
{%- for line in operation.blocking %}
    {{ line }}
{%- endfor %}
{%- endfor %}
}
