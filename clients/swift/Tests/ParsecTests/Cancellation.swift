import Foundation
import Testing

@testable import Parsec

@Suite("cancellation", .serialized)
struct Cancellation {
    private func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    /// Does what a service refuses while it is busy, as soon as it is not.
    private func patiently<T>(_ work: () async throws -> T) async throws -> T {
        var done: T?
        try await eventually("the service is not busy") {
            do { done = try await work() } catch ParsecError.busy { return false }
            return true
        }
        return try #require(done)
    }

    @Test("a task that is cancelled already sends nothing")
    func before() async throws {
        let parsec = try await Services.connect()
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
        // One of its own, for it is paused.
        let service = try TestService("default")
        let key = try await Client.connect(.init(endpoint: service.endpoint)).getOrGenerate("cancelled")
        _ = try await key.signature(for: Data())
        let files = try openFiles()
        var cancelled = 0
        for round in 0..<50 {
            // Every other time no call ends before it is cancelled.
            let isPaused = !round.isMultiple(of: 2)
            if isPaused { try service.pause() }
            let tasks = (0..<20).map { _ in
                Task { try await key.signature(for: Data("message".utf8)) }
            }
            if isPaused {
                try await eventually("a call is in flight") { Calls.running.load(ordering: .relaxed) > 0 }
            } else if round > 0 {
                // Some are cancelled before they have begun, some in the middle of it, some after.
                _ = await tasks[round % tasks.count].result
            }
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
            if isPaused { try service.resume() }
        }
        #expect(cancelled > 0)
        // Those that were sent end by themselves.
        try await eventually("no call is in flight") { Calls.running.load(ordering: .relaxed) == 0 }
        let signature = try await patiently { try await key.signature(for: Data("after".utf8)) }
        #expect(try await key.isValidSignature(signature, for: Data("after".utf8)))
        // One for each would be a thousand. There are up to 64 connections, and the tests beside this one
        // open theirs meanwhile.
        #expect(try openFiles() <= files + 150)
        print("cancellation: \(cancelled) of 1000 were cancelled, \(try openFiles() - files) more files are open")
    }

    @Test("keys that nobody holds are let go of, and none is deleted")
    func handles() async throws {
        let parsec = try await Services.connect()
        let name = "held-by-nobody"
        _ = try await parsec.getOrGenerate(name)
        for _ in 0..<100 { _ = try await parsec.open(name) }
        try await parsec.open(name).delete()
    }
}
