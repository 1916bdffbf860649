// Calls a second, as JSON on standard output. PARSEC_SERVICE_ENDPOINT says where the service is,
// PARSEC_BENCH_SECONDS how long each run takes. The keys are there, or are made.
import Foundation
import Parsec

struct Run: Encodable {
    let operation: String
    let mode = "async"
    let concurrency: Int
    let calls_per_second: Double
}

struct Report: Encodable {
    let language = "swift"
    let runs: [Run]
}

typealias Call = @Sendable () async throws -> Void

/// Calls as often as it can from so many tasks, and gives how many that were in a second.
func rate(_ call: @escaping Call, _ concurrency: Int, _ time: Duration) async throws -> Double {
    for _ in 0..<20 { try await call() }
    let begun = ContinuousClock.now
    let end = begun + time
    let calls = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<concurrency {
            group.addTask {
                var calls = 0
                while ContinuousClock.now < end {
                    try await call()
                    calls += 1
                }
                return calls
            }
        }
        return try await group.reduce(0, +)
    }
    return Double(calls) / ((ContinuousClock.now - begun) / .seconds(1))
}

let seconds = ProcessInfo.processInfo.environment["PARSEC_BENCH_SECONDS"].flatMap(Double.init) ?? 2
let message = Data("a message of a usual length, as it might be signed".utf8)
let small = Data(repeating: 1, count: 64)
// As large as a request may be, less what goes with it.
let large = Data(repeating: 1, count: 1024 * 1024 - 4096)

let parsec = try await Client.connect()
let key = try await parsec.getOrGenerate("bench-sign")
let vault = try await parsec.getOrGenerate("bench-seal", AES.GCM.self)
let signature = try await key.signature(for: message)

let operations: [(String, Call)] = [
    ("ping", { [parsec] in try await parsec.ping() }),
    ("sign-p256", { [key, message] in _ = try await key.signature(for: message) }),
    ("verify-p256", { [key, message, signature] in _ = try await key.isValidSignature(signature, for: message) }),
    ("encrypt-64", { [vault, small] in _ = try await vault.seal(small) }),
    ("encrypt-1m", { [vault, large] in _ = try await vault.seal(large) }),
    ("random-32", { [parsec] in _ = try await parsec.randomBytes(count: 32) }),
]

var runs: [Run] = []
for (operation, call) in operations {
    for concurrency in [1, 16] {
        let found = try await rate(call, concurrency, .seconds(seconds))
        runs.append(Run(operation: operation, concurrency: concurrency, calls_per_second: found))
    }
}
print(String(decoding: try JSONEncoder().encode(Report(runs: runs)), as: UTF8.self))
