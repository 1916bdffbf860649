public import Foundation
import ParsecBinding

extension ParsecError {
    /// Converts an error of the binding; an error of the checks before it stays the same.
    init(native error: any Error) {
        if let error = error as? ParsecError {
            self = error
            return
        }
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

    static func invalid(_ message: String) -> ParsecError {
        .invalidArgument(ErrorDetail(message: message))
    }
}

extension ParsecError: CustomStringConvertible, LocalizedError {
    /// One line for people.
    public var description: String { detail.message }

    /// The same line, for Foundation.
    public var errorDescription: String? { detail.message }

    /// Advice on what to do next.
    public var recoverySuggestion: String? { detail.advice.isEmpty ? nil : detail.advice }
}

/// Runs a call of the binding that does not use the service.
func local<T>(_ work: () throws -> T) throws(ParsecError) -> T {
    do {
        return try work()
    } catch {
        throw ParsecError(native: error)
    }
}
