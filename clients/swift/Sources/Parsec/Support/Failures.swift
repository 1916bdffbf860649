public import Foundation
import ParsecBinding

extension ParsecError {
    /// The error for what the binding throws.
    init(native error: any Error) {
        guard
            case .Call(
                let kind, let line, let sentence, let reason, let advice, let status, let retryable,
                let retryAfter, let outcomeUnknown, let operation, let keyName
            ) = error as? ParsecBinding.Failure
        else {
            self = .internal(ErrorDetail(message: "the native client failed: \(error); please report this"))
            return
        }
        self.init(
            kind: kind,
            detail: ErrorDetail(
                message: line,
                status: status,
                sentence: sentence,
                reason: reason,
                advice: advice,
                isRetryable: retryable,
                retryAfter: retryAfter.map { .milliseconds($0) },
                isOutcomeUnknown: outcomeUnknown,
                operation: operation,
                keyName: keyName
            )
        )
    }

    static let beforeSending = cancelled(
        ErrorDetail(message: "the task was cancelled before anything was sent"))

    /// Cancelled while the service was at it.
    static func afterSending(changes: Bool) -> ParsecError {
        .cancelled(
            ErrorDetail(
                message: "the task was cancelled while it waited for the service, which may still do what was asked",
                isOutcomeUnknown: changes
            ))
    }

    static func invalid(_ message: String) -> ParsecError {
        .invalidArgument(ErrorDetail(message: message))
    }
}

extension ParsecError: CustomStringConvertible, LocalizedError {
    /// One line for a person.
    public var description: String { detail.message }

    /// The same, where Foundation asks for it.
    public var errorDescription: String? { detail.message }

    /// What to do next.
    public var recoverySuggestion: String? { detail.advice.isEmpty ? nil : detail.advice }
}

/// A call of the binding that asks nobody.
func local<T>(_ work: () throws -> T) throws(ParsecError) -> T {
    do {
        return try work()
    } catch {
        throw ParsecError(native: error)
    }
}
