import ParsecBinding
import Synchronization

/// Runs calls of the binding, converts their errors, and stops waiting when the task is cancelled.
enum Calls {
    /// Number of calls in flight, including those whose callers were cancelled.
    static let inFlight = Atomic<Int>(0)

    /// Runs `work`, unless the task is already cancelled.
    ///
    /// - Throws: a ``ParsecError``, or `CancellationError` if the task was cancelled.
    static func run<T: Sendable>(_ work: @escaping @Sendable () async throws -> T) async throws -> T {
        try Task.checkCancellation()
        let race = Race<T>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard race.start(continuation) else { return }
                inFlight.add(1, ordering: .relaxed)
                // Detached: after a cancellation nothing waits for the call, which cannot be aborted.
                Task.detached(priority: Task.currentPriority) {
                    let result = await outcome(work)
                    inFlight.subtract(1, ordering: .relaxed)
                    race.end(result)
                }
            }
        } onCancel: {
            race.end(.failure(CancellationError()))
        }
    }

    private static func outcome<T>(_ work: () async throws -> T) async -> Result<T, any Error> {
        do {
            return .success(try await work())
        } catch {
            return .failure(ParsecError(native: error))
        }
    }
}

/// Passes the first of two results to the caller: the response or the cancellation.
private final class Race<T: Sendable>: Sendable {
    typealias Outcome = Result<T, any Error>

    private enum State {
        case waiting
        case started(CheckedContinuation<T, any Error>)
        /// Resumed, or cancelled before it started.
        case ended
    }

    private let state = Mutex<State>(.waiting)

    /// Returns false, and resumes the caller, if it was already cancelled.
    func start(_ continuation: CheckedContinuation<T, any Error>) -> Bool {
        let starts = state.withLock { state in
            guard case .waiting = state else { return false }
            state = .started(continuation)
            return true
        }
        if !starts { continuation.resume(throwing: CancellationError()) }
        return starts
    }

    func end(_ outcome: Outcome) {
        let continuation: CheckedContinuation<T, any Error>? = state.withLock { state in
            defer { state = .ended }
            guard case .started(let continuation) = state else { return nil }
            return continuation
        }
        continuation?.resume(with: outcome)
    }
}
