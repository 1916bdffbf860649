import Parsec
import Testing

/// Expects that `work` throws an error of this kind, and returns its detail.
@discardableResult
func expectFailure(
    _ kind: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Void
) async -> ErrorDetail? {
    do {
        try await work()
        Issue.record("succeeded, expected the error \(kind)", sourceLocation: sourceLocation)
    } catch let error as ParsecError {
        #expect(error.kind == kind, sourceLocation: sourceLocation)
        return error.detail
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
}
