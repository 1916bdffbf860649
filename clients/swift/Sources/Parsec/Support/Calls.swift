import ParsecBinding
import Synchronization

/// Runs calls of the binding, converts their errors, and stops waiting when the task is cancelled.
enum Calls {
    /// Number of calls in flight, including those whose callers were cancelled.
    static let inFlight = Atomic<Int>(0)

    /// Runs `work`, unless the task is already cancelled.
    static func run<T: Sendable>(
        changes: Bool = false,
        _ work: @escaping @Sendable () async throws -> T
    ) async throws(ParsecError) -> T {
        if Task.isCancelled { throw .beforeSending }
        let race = Race<T>()
        let result: Result<T, ParsecError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
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
            race.end(.failure(.afterSending(changes: changes)))
        }
        return try result.get()
    }

    private static func outcome<T>(_ work: () async throws -> T) async -> Result<T, ParsecError> {
        do {
            return .success(try await work())
        } catch {
            return .failure(ParsecError(native: error))
        }
    }
}

/// Passes the first of two results to the caller: the response or the cancellation.
private final class Race<T: Sendable>: Sendable {
    typealias Outcome = Result<T, ParsecError>

    private enum State {
        case waiting
        case started(CheckedContinuation<Outcome, Never>)
        /// Cancelled before it started.
        case ended(Outcome)
        case resumed
    }

    private let state = Mutex<State>(.waiting)

    /// Returns false, and resumes the caller, if it was already cancelled.
    func start(_ continuation: CheckedContinuation<Outcome, Never>) -> Bool {
        let early: Outcome? = state.withLock { state in
            if case .ended = state {
                state = .resumed
                // Not the recorded error: nothing has been sent.
                return .failure(.beforeSending)
            }
            state = .started(continuation)
            return nil
        }
        guard let early else { return true }
        continuation.resume(returning: early)
        return false
    }

    func end(_ outcome: Outcome) {
        let continuation: CheckedContinuation<Outcome, Never>? = state.withLock { state in
            switch state {
            case .waiting:
                state = .ended(outcome)
                return nil
            case .started(let continuation):
                state = .resumed
                return continuation
            case .ended, .resumed:
                return nil
            }
        }
        continuation?.resume(returning: outcome)
    }
}
