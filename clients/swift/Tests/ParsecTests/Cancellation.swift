import Foundation
import Testing

@testable import Parsec

@Suite("cancellation", .serialized, .enabled(if: Services.isDefaultThere, "PARSEC_SERVICE_ENDPOINT names no service"))
struct Cancellation {
    private func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    /// Does what a service refuses while it is busy, as soon as it is not.
    private func patiently<T>(_ work: () async throws -> T) async throws -> T {
        for _ in 0..<1000 {
            do { return try await work() } catch ParsecError.busy {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        return try await work()
    }

    @Test("a task that is cancelled already sends nothing")
    func before() async throws {
        let parsec = try await Client.connect()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await parsec.generate("never-made")
        }
        guard case .failure(let error) = await task.result, case ParsecError.cancelled(let detail) = error else {
            Issue.record("it was not cancelled")
            return
        }
        #expect(!detail.isOutcomeUnknown)
        #expect(try await !parsec.keys().contains { $0.name == "never-made" })
    }

    @Test("of 1,000 calls that are cancelled nothing is left")
    func thousand() async throws {
        let key = try await Client.connect().getOrGenerate("cancelled")
        _ = try await key.signature(for: Data())
        let files = try openFiles()
        var cancelled = 0
        for round in 0..<50 {
            let tasks = (0..<20).map { _ in
                Task { try await key.signature(for: Data("message".utf8)) }
            }
            // Some before they have begun, some in the middle of it, some after.
            try await Task.sleep(for: .microseconds(round * 200))
            for task in tasks { task.cancel() }
            for task in tasks {
                if case .failure(let error) = await task.result {
                    switch error {
                    case ParsecError.cancelled: cancelled += 1
                    // The service may still be at those that nobody waits for.
                    case ParsecError.busy: break
                    default: throw error
                    }
                }
            }
        }
        #expect(cancelled > 0)
        // Those that were sent end by themselves.
        for _ in 0..<3000 where Calls.running.load(ordering: .relaxed) > 0 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(Calls.running.load(ordering: .relaxed) == 0)
        let signature = try await patiently { try await key.signature(for: Data("after".utf8)) }
        #expect(try await key.isValidSignature(signature, for: Data("after".utf8)))
        // One for each would be a thousand. There are up to 64 connections, and the tests beside this one
        // open theirs meanwhile.
        #expect(try openFiles() <= files + 150)
        print("cancellation: \(cancelled) of 1000 were cancelled, \(try openFiles() - files) more files are open")
    }

    @Test("keys that nobody holds are let go of, and none is deleted")
    func handles() async throws {
        let parsec = try await Client.connect()
        let name = "held-by-nobody"
        _ = try await parsec.getOrGenerate(name)
        for _ in 0..<100 { _ = try await parsec.open(name) }
        try await parsec.open(name).delete()
    }
}
