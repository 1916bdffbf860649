import Parsec
import Testing

/// Expects that `work` fails with an error of that kind, and gives what the error carries.
@discardableResult
func expectFailure(
    _ kind: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Void
) async -> ErrorDetail? {
    do {
        try await work()
        Issue.record("it succeeds, and should fail with \(kind)", sourceLocation: sourceLocation)
    } catch let error as ParsecError {
        #expect(error.kind == kind, sourceLocation: sourceLocation)
        return error.detail
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
}
