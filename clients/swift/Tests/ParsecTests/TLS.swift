import Foundation
import NIOCore
import NIOSSL
import Parsec
import Testing

@testable import TLSSample

private final class Loop: EventLoop {}

private final class Connection: Channel {
    let eventLoop: any EventLoop = Loop()
}

@Suite("TLS")
struct TLS {
    @Test("the sample of the book signs handshakes for swift-nio-ssl")
    func signs() async throws {
        let parsec = try await Services.connect()
        let key = try await parsec.getOrGenerate("tls-sample", P256.Signing.self)
        guard case .privateKey(let source) = try tlsIdentity(key).privateKey else {
            Issue.record("the configuration has no private key")
            return
        }
        let message = Data("transcript".utf8)
        let made = source.custom.sign(
            channel: Connection(), algorithm: .ecdsaSecp256R1Sha256, data: ByteBuffer(bytes: message))
        let der = try await made.get().readableBytesView
        #expect(try key.publicKey.isValidSignature(.init(derRepresentation: der), for: message))
        await #expect(throws: CocoaError.self) {
            _ = try await source.custom.decrypt(channel: Connection(), data: ByteBuffer(bytes: message)).get()
        }
        try await key.delete()
    }
}
