import ParsecBinding
import Synchronization

/// Runs calls of the binding: fails with this package's error, and stops waiting when the task is
/// cancelled.
enum Calls {
    /// Calls that wait for an answer, those included whose callers do not wait any more.
    static let running = Atomic<Int>(0)

    /// Does `work`. Where the task is cancelled already, nothing is sent.
    static func run<T: Sendable>(
        changes: Bool = false,
        _ work: @escaping @Sendable () async throws -> T
    ) async throws(ParsecError) -> T {
        if Task.isCancelled { throw .beforeSending }
        let race = Race<T>()
        let result: Result<T, ParsecError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard race.begin(continuation) else { return }
                running.add(1, ordering: .relaxed)
                // Not a child: it cannot be recalled, and its end is waited for by nobody then.
                Task.detached(priority: Task.currentPriority) {
                    let result = await outcome(work)
                    running.subtract(1, ordering: .relaxed)
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

/// The answer and the cancellation: the first of them is what the caller gets.
private final class Race<T: Sendable>: Sendable {
    typealias Outcome = Result<T, ParsecError>

    private enum State {
        case waiting
        case begun(CheckedContinuation<Outcome, Never>)
        /// Before there was somebody to tell.
        case ended(Outcome)
        case told
    }

    private let state = Mutex<State>(.waiting)

    /// Whether there is anything to begin: not if it was cancelled already.
    func begin(_ continuation: CheckedContinuation<Outcome, Never>) -> Bool {
        let early: Outcome? = state.withLock { state in
            if case .ended = state {
                state = .told
                // Not the outcome that was kept: nothing has been sent.
                return .failure(.beforeSending)
            }
            state = .begun(continuation)
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
            case .begun(let continuation):
                state = .told
                return continuation
            case .ended, .told:
                return nil
            }
        }
        continuation?.resume(returning: outcome)
    }
}
