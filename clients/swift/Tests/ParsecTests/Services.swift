import Foundation
import Parsec

/// The services of all tests, which end with this process.
enum Services {
    /// One on its embedded default: callers by their user, keys in software.
    static let standard = Result { try TestService("default") }

    /// One with a TPM and tokens, whose callers say their names.
    static let devices = Result { try TestService("devices") }

    /// One with keys in software, whose callers say their names.
    static let direct = Result { try TestService("direct") }

    /// A client for an example, as an application of that name, whose keys no other example sees.
    static func example(_ application: String) async throws -> Client {
        try await Client.connect(.init(endpoint: direct.get().endpoint, application: application))
    }

    /// A client of the standard one.
    static func connect() async throws -> Client {
        try await Client.connect(.init(endpoint: standard.get().endpoint))
    }

    static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// A real service of its own, which `parsec-test-service` starts and stops.
final class TestService: @unchecked Sendable {
    let endpoint: String

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let lock = NSLock()
    private var received = Data()

    /// Starts `default`, `direct` or `devices`.
    init(_ kind: String) throws {
        let built = Files.repository.appending(path: "target/debug/parsec-test-service").path()
        process.executableURL = URL(filePath: Services.variable("PARSEC_TEST_SERVICE") ?? built)
        process.arguments = ["--\(kind)"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        guard let endpoint = try Self.response(output, &received)["endpoint"]?.string else {
            throw BadStep(reason: "the test service names no endpoint")
        }
        self.endpoint = endpoint
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Lets it answer nothing; its connections stay open.
    func pause() throws { try command("pause") }

    /// Lets it answer again.
    func resume() throws { try command("resume") }

    private func command(_ name: String) throws {
        try lock.withLock {
            try input.fileHandleForWriting.write(contentsOf: Data("\(name)\n".utf8))
            if let error = try Self.response(output, &received)["error"]?.string {
                throw BadStep(reason: error)
            }
        }
    }

    private static func response(_ output: Pipe, _ received: inout Data) throws -> JSON {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = received[..<end]
                defer { received = received[received.index(after: end)...] }
                return try JSONDecoder().decode(JSON.self, from: Data(line))
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { throw BadStep(reason: "the test service ended; its standard error says why") }
            received.append(more)
        }
    }
}

/// Waits until something holds; an error if it never does.
func eventually(_ what: String, _ holds: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !holds() {
        if ContinuousClock.now > deadline { throw BadStep(reason: "never: \(what)") }
        try await Task.sleep(for: .milliseconds(2))
    }
}
