// {{ banner }}

/// Details of an error of any kind.
///
/// Its description is one line: the operation that failed, the key, the cause and the next step. It
/// never contains a secret.
public struct ErrorDetail: Swift.Sendable, Swift.Hashable, Swift.CustomStringConvertible {
    /// A description of the error.
    public var message: Swift.String
    /// The status number of the response, if the service responded.
    public var status: Swift.UInt16?
    /// The description from the service, in addition to the status.
    public var sentence: Swift.String?
    /// The machine-readable reason from the service, in addition to the status.
    public var reason: Swift.String?
    /// The recommended next step.
    public var advice: Swift.String
    /// Whether the same call may succeed later, and a retry is safe.
    public var isRetryable: Swift.Bool
    /// How long to wait before a retry, if the service specifies it.
    public var retryAfter: Swift.Duration?
    /// Whether the service may have executed the operation; no response arrived.
    public var isOutcomeUnknown: Swift.Bool
    /// The operation that failed, if there is one.
    public var operation: Swift.String?
    /// The name of the key concerned, if there is one.
    public var keyName: Swift.String?

    /// Creates the details of an error.
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

/// An error of this library. Each case is one kind of error.
///
/// A signature or an authentication code that does not match is not an error: those calls return `false`. A
/// call in a cancelled task throws Swift's `CancellationError`.
public enum ParsecError: Swift.Error, Swift.Sendable, Swift.Hashable {
{%- for kind in kinds %}
    /// {{ self::one_line(kind.doc) }}
    case {{ self::swift_case(kind.name) }}(ErrorDetail)
{%- endfor %}

    /// The details of the error.
    public var detail: ErrorDetail {
        switch self {
{%- for kind in kinds %}
        case .{{ self::swift_case(kind.name) }}(let detail): detail
{%- endfor %}
        }
    }

    /// The name of the kind in the contracts: `key-not-found`.
    public var kind: Swift.String {
        switch self {
{%- for kind in kinds %}
        case .{{ self::swift_case(kind.name) }}: "{{ kind.name.kebab() }}"
{%- endfor %}
        }
    }
}
