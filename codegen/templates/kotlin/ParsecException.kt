// {{ banner }}

package org.parsec.client

import org.parsec.client.raw.Failure
import org.parsec.client.raw.FailureKind
import java.time.Duration

/**
 * Anything that went wrong; the nested classes are the kinds that callers branch on.
 *
 * Its message is one line for a person: what failed, with which key, why, and what to do next. It
 * never holds a secret.
 *
 * @sample org.parsec.client.samples.failures
 */
public sealed class ParsecException(failure: Failure.Call) : RuntimeException(failure.line) {
    /** What happened, for a person: what the service said, or else the message. */
    public val detail: String = failure.detail ?: failure.line

    /** A word for programs that the service said beyond its status. */
    public val reason: String? = failure.reason

    /** What to do next. */
    public val advice: String = failure.advice

    /** The number of the wire's status, where the service answered with one. */
    public val status: Int? = failure.status?.toInt()

    /** Whether the same call may succeed later, and doing it again does no harm. */
    public val retryable: Boolean = failure.retryable

    /** How long to wait before trying again, where the service said so. */
    public val retryAfter: Duration? = failure.retryAfterMs?.let { Duration.ofMillis(it.toLong()) }

    /** Whether the service may have done what was asked, though nothing says so. */
    public val outcomeUnknown: Boolean = failure.outcomeUnknown

    /** The operation that failed, where it was one: `psa_sign_hash`. */
    public val operation: String? = failure.operation

    /** The key that it was about, where it was about one. */
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
