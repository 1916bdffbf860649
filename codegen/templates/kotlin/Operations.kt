// {{ banner }}

package org.parsec.client

import org.parsec.client.raw.*

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
    public suspend fun {{ operation.method }}({{ operation.parameters }}){{ operation.output }} =
        callSuspending { calls.native.{{ operation.native }}({{ operation.arguments }}) }

    /** Blocking variant of [{{ operation.method }}]. */
    public fun {{ operation.method }}Blocking({{ operation.parameters }}){{ operation.output }} =
        callBlocking { calls.native.{{ operation.native_blocking }}({{ operation.arguments }}) }
{%- endfor %}
}
