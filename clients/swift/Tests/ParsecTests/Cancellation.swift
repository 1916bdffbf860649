import Foundation
import Testing

@testable import Parsec

@Suite("cancellation", .serialized)
struct Cancellation {
    private func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    /// Repeats a call until the service is not busy.
    private func patiently<T>(_ work: () async throws -> T) async throws -> T {
        var done: T?
        try await eventually("the service is not busy") {
            do { done = try await work() } catch ParsecError.busy { return false }
            return true
        }
        return try #require(done)
    }

    @Test("a task that is already cancelled sends no request")
    func before() async throws {
        let parsec = try await Services.connect()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await parsec.generate("never-made")
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await !parsec.keys().contains { $0.name == "never-made" })
    }

    @Test("1,000 cancelled calls leak nothing")
    func thousand() async throws {
        // A separate service, because the test pauses it.
        let service = try TestService("default")
        let key = try await Client.connect(.init(endpoint: service.endpoint)).getOrGenerate("cancelled")
        _ = try await key.signature(for: Data())
        let files = try openFiles()
        var cancelled = 0
        for round in 0..<50 {
            // In every second iteration no call ends before it is cancelled.
            let isPaused = !round.isMultiple(of: 2)
            if isPaused { try service.pause() }
            let tasks = (0..<20).map { _ in
                Task { try await key.signature(for: Data("message".utf8)) }
            }
            if isPaused {
                try await eventually("a call is in flight") { Calls.inFlight.load(ordering: .relaxed) > 0 }
            } else if round > 0 {
                // Some calls are cancelled before they start, some while in flight, some after they end.
                _ = await tasks[round % tasks.count].result
            }
            for task in tasks { task.cancel() }
            for task in tasks {
                if case .failure(let error) = await task.result {
                    switch error {
                    case is CancellationError: cancelled += 1
                    // The service may still execute cancelled calls.
                    case ParsecError.busy: break
                    default: throw error
                    }
                }
            }
            if isPaused { try service.resume() }
        }
        #expect(cancelled > 0)
        // Requests that were sent complete.
        try await eventually("no call is in flight") { Calls.inFlight.load(ordering: .relaxed) == 0 }
        let signature = try await patiently { try await key.signature(for: Data("after".utf8)) }
        #expect(try await key.isValidSignature(signature, for: Data("after".utf8)))
        // A leak of one file per call would be a thousand. A client has up to 64 connections, and concurrent
        // tests open further ones.
        #expect(try openFiles() <= files + 150)
        print("cancellation: \(cancelled) of 1000 were cancelled, \(try openFiles() - files) more open files")
    }

    @Test("releasing the handles of keys deletes no key")
    func handles() async throws {
        let parsec = try await Services.connect()
        let name = "held-by-nobody"
        _ = try await parsec.getOrGenerate(name)
        for _ in 0..<100 { _ = try await parsec.open(name) }
        try await parsec.open(name).delete()
    }
}
