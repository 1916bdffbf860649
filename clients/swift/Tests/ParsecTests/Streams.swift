import Foundation
import Parsec
import Testing

/// The error of a failing source.
private struct Broken: Error {}

private func pieces(_ whole: Data, of size: Int) -> AsyncStream<Data> {
    AsyncStream { continuation in
        for start in stride(from: 0, to: whole.count, by: size) {
            continuation.yield(whole[start..<min(start + size, whole.count)])
        }
        continuation.finish()
    }
}

private func all(_ source: ProcessedData<AsyncStream<Data>>) async throws -> Data {
    var whole = Data()
    for try await piece in source { whole.append(piece) }
    return whole
}

@Suite("streams")
struct Streams {
    @Test("a sealed stream and a sealed box have the same format")
    func seals() async throws {
        let vault = try await Services.connect().getOrGenerate("stream-vault", AES.GCM.self)
        let message = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0) })
        let sealed = try await all(vault.seal(pieces: pieces(message, of: 70_001)))
        #expect(try await vault.open(.init(combined: sealed)) == message)
        #expect(try await all(vault.open(pieces: pieces(sealed, of: 65_537))) == message)
        var wrong = sealed
        wrong[100] ^= 1
        await expectFailure("decryption-failed") {
            _ = try await all(vault.open(pieces: pieces(wrong, of: 65_537)))
        }
    }

    @Test("hashes and authentication codes of streams equal those of the whole data")
    func digests() async throws {
        let parsec = try await Services.connect()
        let message = Data(repeating: 7, count: 100_000)
        #expect(try await parsec.hash(pieces: pieces(message, of: 999)) == parsec.hash(message))
        let mac = try await parsec.getOrGenerate("stream-mac", HMAC<SHA256>.self)
        let code = try await mac.authenticationCode(for: message)
        #expect(try await mac.authenticationCode(forPieces: pieces(message, of: 999)) == code)
        #expect(try await mac.isValidAuthenticationCode(code, authenticatingPieces: pieces(message, of: 10_000)))
        #expect(
            try await !mac.isValidAuthenticationCode(Data(count: 32), authenticatingPieces: pieces(message, of: 10_000))
        )
    }

    @Test("the error of a source ends the stream")
    func broken() async throws {
        let vault = try await Services.connect().getOrGenerate("stream-vault", AES.GCM.self)
        let source = AsyncThrowingStream<Data, any Error> { continuation in
            continuation.yield(Data("hello".utf8))
            continuation.finish(throwing: Broken())
        }
        do {
            for try await _ in vault.seal(pieces: source) {}
            Issue.record("the stream does not end with the error of the source")
        } catch is Broken {}
    }
}
