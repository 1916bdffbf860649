// {{ banner }}

package org.parsec.client

/** Anything that went wrong; the nested classes are the kinds that callers branch on. */
public sealed class ParsecException(
    /** What happened, for a person. */
    public val detail: String,
    /** The number of the wire's status, where the service answered with one. */
    public val status: Int?,
    cause: Throwable?,
) : RuntimeException(detail, cause) {
{%- for kind in kinds %}
    /** {{ self::one_line(kind.doc) }} */
    public class {{ self::kotlin_class(kind.name) }}(detail: String, status: Int? = null, cause: Throwable? = null) :
        ParsecException(detail, status, cause)
{% endfor %}
    public companion object {
        /** The exception for a status of the wire; one that is not known counts as internal. */
        @JvmStatic
        public fun of(status: Int, detail: String): ParsecException = when (status) {
{%- for (status, kind) in self::failures(statuses) %}
            {{ status.number }} -> {{ self::kotlin_class(kind) }}(detail, status)
{%- endfor %}
            else -> Internal(detail, status)
        }
    }
}
