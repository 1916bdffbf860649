import Foundation
import Parsec

/// The services of all tests. They end with this process.
enum Services {
    /// A service with the embedded default configuration: peer credentials, software keys.
    static let standard = Result { try TestService("default") }

    /// A service with a TPM, tokens and the direct authenticator.
    static let devices = Result { try TestService("devices") }

    /// A service with software keys and the direct authenticator.
    static let direct = Result { try TestService("direct") }

    /// A client for an example, as an application of this name, so that examples share no keys, and with
    /// the provider that it requires, if any.
    static func example(_ application: String, on provider: Provider? = nil) async throws -> Client {
        let service = provider == nil ? direct : devices
        return try await Client.connect(
            .init(endpoint: service.get().endpoint, application: application, provider: provider))
    }

    /// A client of the default service.
    static func connect() async throws -> Client {
        try await Client.connect(.init(endpoint: standard.get().endpoint))
    }

    static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// A separate service, which `parsec-test-service` starts and stops.
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
            throw BadStep(reason: "the response of the test service has no endpoint")
        }
        self.endpoint = endpoint
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Pauses the service; its connections stay open.
    func pause() throws { try command("pause") }

    /// Resumes the service.
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
            if more.isEmpty { throw BadStep(reason: "the test service ended; its standard error has the reason") }
            received.append(more)
        }
    }
}

/// Waits until a condition is true; throws after a timeout.
func eventually(_ what: String, _ holds: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !holds() {
        if ContinuousClock.now > deadline { throw BadStep(reason: "never: \(what)") }
        try await Task.sleep(for: .milliseconds(2))
    }
}
