// {{ banner }}

package org.parsec.client

import org.parsec.client.raw.*

/**
 * Every operation as the contracts have it: names and structures of the PSA Crypto API, no
 * defaults, nothing chosen. From [Parsec.raw].
 *
 * Each is there twice: as a `suspend` function, and blocking on the caller's thread.
 */
public class Raw internal constructor(private val native: NativeRaw, private val timeoutMs: UInt?) {
{%- for operation in operations %}
    /**
{%- for line in operation.doc %}
     *{% if !line.is_empty() %} {{ line }}{% endif %}
{%- endfor %}
     *
     * @throws ParsecException with the status that the service answered, or that it could not be reached
     */
    public suspend fun {{ operation.method }}({{ operation.parameters }}){{ operation.output }} =
        callSuspending { native.{{ operation.native }}({{ operation.arguments }}) }

    /** As [{{ operation.method }}], on the caller's thread. */
    public fun {{ operation.method }}Blocking({{ operation.parameters }}){{ operation.output }} =
        callBlocking { native.{{ operation.native_blocking }}({{ operation.arguments }}) }
{% endfor %}
}
