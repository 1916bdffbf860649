// {{ banner }}

package org.parsec.client

import org.parsec.client.ffi.Failure
import org.parsec.client.ffi.FailureKind
import java.time.Duration

/**
 * Base class of all errors of this library. Each nested class is one kind of error.
 *
 * The message is one line: the operation that failed, the key, the cause and the next step. It
 * never contains a secret.
 *
 * @sample org.parsec.client.samples.failures
 */
public sealed class ParsecException private constructor(failure: Failure.Call) : RuntimeException(failure.line) {
    /** A description of the error: the text from the service, or else the message. */
    public val detail: String = failure.detail ?: failure.line

    /** The machine-readable reason from the service, in addition to the status. */
    public val reason: String? = failure.reason

    /** The recommended next step. */
    public val advice: String = failure.advice

    /** The status number of the response, if the service responded. */
    public val status: Int? = failure.status?.toInt()

    /** Whether the same call may succeed later, and a retry is safe. */
    public val retryable: Boolean = failure.retryable

    /** How long to wait before a retry, if the service specifies it. */
    public val retryAfter: Duration? = failure.retryAfterMs?.let { Duration.ofMillis(it.toLong()) }

    /** Whether the service may have executed the operation; no response arrived. */
    public val outcomeUnknown: Boolean = failure.outcomeUnknown

    /** The operation that failed, if there is one: `psa_sign_hash`. */
    public val operation: String? = failure.operation

    /** The name of the key concerned, if there is one. */
    public val keyName: String? = failure.keyName
{% for kind in kinds %}
    /** {{ self::one_line(kind.doc) }} */
    public class {{ self::kotlin_class(kind.name) }} internal constructor(failure: Failure.Call) : ParsecException(failure)
{% endfor %}
    internal companion object {
        internal fun of(failure: Failure.Call): ParsecException = when (failure.kind) {
{%- for kind in kinds %}
            FailureKind.{{ kind.name.shouty() }} -> {{ self::kotlin_class(kind.name) }}(failure)
{%- endfor %}
        }
    }
}
