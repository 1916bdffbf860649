import Foundation
import Parsec
import Testing

// parsec-service --ephemeral -- swift test
@Test("signs")
func signs() async throws {
    let parsec = try await Client.connect()
    let key = try await parsec.generate("web-tls", P256.Signing.self)
    let message = Data("hello".utf8)
    let signature = try await key.signature(for: message)
    #expect(try await key.isValidSignature(signature, for: message))
}
