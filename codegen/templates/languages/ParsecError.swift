// {{ banner }}

/// What a failure carries, whatever its kind.
public struct ErrorDetail: Sendable, Hashable {
    /// What happened, for a person.
    public let message: String
    /// The number of the wire's status, where the service answered with one.
    public let status: UInt16?

    public init(message: String, status: UInt16? = nil) {
        self.message = message
        self.status = status
    }
}

/// Anything that went wrong; the cases are the kinds that callers branch on.
public enum ParsecError: Error, Sendable, Hashable {
{%- for kind in kinds %}
    /// {{ self::one_line(kind.doc) }}
    case {{ self::swift_case(kind.name) }}(ErrorDetail)
{%- endfor %}

    /// The error for a status of the wire; one that is not known counts as internal.
    public static func from(status: UInt16, message: String) -> ParsecError {
        let detail = ErrorDetail(message: message, status: status)
        switch status {
{%- for (status, kind) in self::failures(statuses) %}
        case {{ status.number }}: return .{{ self::swift_case(kind) }}(detail)
{%- endfor %}
        default: return .internal(detail)
        }
    }

    /// What happened, for a person.
    public var detail: ErrorDetail {
        switch self {
{%- for kind in kinds %}
        case .{{ self::swift_case(kind.name) }}(let detail): return detail
{%- endfor %}
        }
    }
}
