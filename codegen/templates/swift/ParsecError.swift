// {{ banner }}

/// What a failure carries, whatever its kind. Printed, it is one line for a person: what failed, with
/// which key, why, and what to do next. It never holds a secret.
public struct ErrorDetail: Swift.Sendable, Swift.Hashable, Swift.CustomStringConvertible {
    /// What happened, for a person.
    public var message: Swift.String
    /// The number of the wire's status, where the service answered with one.
    public var status: Swift.UInt16?
    /// What the service said beyond its status: a sentence.
    public var sentence: Swift.String?
    /// What the service said beyond its status: a word for programs.
    public var reason: Swift.String?
    /// What to do next.
    public var advice: Swift.String
    /// Whether the same call may succeed later, and doing it again does no harm.
    public var isRetryable: Swift.Bool
    /// How long to wait before trying again, where the service said so.
    public var retryAfter: Swift.Duration?
    /// Whether the service may have done what was asked, though nothing says so.
    public var isOutcomeUnknown: Swift.Bool
    /// The operation that failed, where it was one.
    public var operation: Swift.String?
    /// The key that it was about, where it was about one.
    public var keyName: Swift.String?

    /// Takes what is known of a failure.
    public init(
        message: Swift.String,
        status: Swift.UInt16? = nil,
        sentence: Swift.String? = nil,
        reason: Swift.String? = nil,
        advice: Swift.String = "",
        isRetryable: Swift.Bool = false,
        retryAfter: Swift.Duration? = nil,
        isOutcomeUnknown: Swift.Bool = false,
        operation: Swift.String? = nil,
        keyName: Swift.String? = nil
    ) {
        self.message = message
        self.status = status
        self.sentence = sentence
        self.reason = reason
        self.advice = advice
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
        self.isOutcomeUnknown = isOutcomeUnknown
        self.operation = operation
        self.keyName = keyName
    }

    /// The message.
    public var description: Swift.String { message }
}

/// Anything that went wrong; the cases are the kinds that callers branch on.
///
/// A signature or an authentication code that does not match is no error: those calls answer `false`.
public enum ParsecError: Swift.Error, Swift.Sendable, Swift.Hashable {
{%- for kind in kinds %}
    /// {{ self::one_line(kind.doc) }}
    case {{ self::swift_case(kind.name) }}(ErrorDetail)
{%- endfor %}
    /// The task was cancelled: before anything was sent, unless ``ErrorDetail/isOutcomeUnknown``.
    case cancelled(ErrorDetail)

    /// What happened.
    public var detail: ErrorDetail {
        switch self {
{%- for kind in kinds %}
        case .{{ self::swift_case(kind.name) }}(let detail): detail
{%- endfor %}
        case .cancelled(let detail): detail
        }
    }

    /// The name of the kind in the contracts: `key-not-found`.
    public var kind: Swift.String {
        switch self {
{%- for kind in kinds %}
        case .{{ self::swift_case(kind.name) }}: "{{ kind.name.kebab() }}"
{%- endfor %}
        case .cancelled: "cancelled"
        }
    }
}
