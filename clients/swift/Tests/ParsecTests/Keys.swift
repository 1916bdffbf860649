import Foundation
import Parsec
import Testing

/// A client of the default service.
private func parsec() async throws -> Client { try await Services.connect() }

/// A unique key name.
private func fresh(_ what: String) -> String { "\(what)-\(UUID().uuidString.lowercased())" }

@Suite("keys")
struct Keys {
    @Test("a P-256 key signs, and a wrong signature is false")
    func signs() async throws {
        let key = try await parsec().generate(fresh("sign"), P256.Signing.self)
        let message = Data("hello".utf8)
        let signature = try await key.signature(for: message)
        #expect(signature.rawRepresentation.count == 64)
        #expect(try await key.isValidSignature(signature, for: message))
        #expect(try await !key.isValidSignature(signature, for: Data("other".utf8)))
        let same = try P256.Signing.ECDSASignature(derRepresentation: signature.derRepresentation)
        #expect(same == signature)
        try await key.delete()
    }

    @Test("opening a key as another kind fails")
    func wrongKind() async throws {
        let parsec = try await parsec()
        let name = fresh("kind")
        let key = try await parsec.generate(name, P256.Signing.self)
        let detail = await expectFailure("invalid-argument") {
            _ = try await parsec.open(name, AES.GCM.self)
        }
        #expect(detail?.message.contains("P-256") == true)
        #expect(detail?.message.contains("AES-GCM") == true)
        await expectFailure("invalid-argument") {
            _ = try await parsec.open(name, P384.Signing.self)
        }
        try await key.delete()
    }

    @Test("a key for raw operations only has the handle for keys of any kind")
    func unauthenticated() async throws {
        let key = try await parsec().generate(fresh("ctr"), spec: KeySpec("aes-256-ctr"))
        #expect(key.role == .other)
        #expect(key.specific is AnyKey)
        try await key.delete()
    }

    @Test("getOrGenerate generates a missing key, opens an equal one, and lists the differences of another")
    func getOrGenerate() async throws {
        let parsec = try await parsec()
        let name = fresh("get")
        let key = try await parsec.getOrGenerate(name)
        let same = try await parsec.getOrGenerate(name)
        #expect(key.publicKey == same.publicKey)
        let detail = await expectFailure("key-exists") {
            _ = try await parsec.getOrGenerate(name, P384.Signing.self)
        }
        #expect(detail?.message.contains("it is P-256, not P-384") == true)
        #expect(detail?.keyName == name)
        try await key.delete()
        let gone = await expectFailure("key-not-found") {
            _ = try await key.signature(for: Data())
        }
        #expect(gone?.status == 1140 && gone?.isRetryable == false)
        #expect(gone?.description == gone?.message)
    }

    @Test("all formats of a public key hold the same key")
    func publicKeys() async throws {
        let parsec = try await parsec()
        try await same(parsec.generate(fresh("p256"), P256.Signing.self))
        try await same(parsec.generate(fresh("p384"), P384.Signing.self))
        try await same(parsec.generate(fresh("p521"), P521.Signing.self))
        try await same(parsec.generate(fresh("secp256k1"), Secp256k1.Signing.self))
        try await same(parsec.generate(fresh("brainpool"), BrainpoolP256.Signing.self))
        let key = try await parsec.generate(fresh("x25519"), Curve25519.KeyAgreement.self)
        let agreed = key.publicKey
        #expect(agreed.rawRepresentation.count == 32)
        #expect(try Curve25519.KeyAgreement.PublicKey(rawRepresentation: agreed.rawRepresentation) == agreed)
        #expect(throws: ParsecError.self) {
            try Curve25519.Signing.PublicKey(derRepresentation: agreed.derRepresentation)
        }
        try await key.delete()
    }

    private func same<Curve: EllipticCurve>(_ key: ECDSAPrivateKey<Curve>) async throws {
        let found = key.publicKey
        #expect(try ECDSAPublicKey(x963Representation: found.x963Representation) == found)
        #expect(try ECDSAPublicKey(rawRepresentation: found.rawRepresentation) == found)
        #expect(try ECDSAPublicKey(derRepresentation: found.derRepresentation) == found)
        #expect(try ECDSAPublicKey(pemRepresentation: found.pemRepresentation) == found)
        try await key.delete()
    }

    @Test("a sealed box opens only with the same associated data")
    func seals() async throws {
        let vault = try await parsec().generate(fresh("vault"), AES.GCM.self)
        let message = Data("hello".utf8)
        let box = try await vault.seal(message, authenticating: Data("v1".utf8))
        #expect(box.nonce.count == 12 && box.ciphertext.count == 5 && box.tag.count == 16)
        let again = try AES.GCM.SealedBox(nonce: box.nonce, ciphertext: box.ciphertext, tag: box.tag)
        #expect(try await vault.open(again, authenticating: Data("v1".utf8)) == message)
        await expectFailure("decryption-failed") {
            _ = try await vault.open(box, authenticating: Data("v2".utf8))
        }
        let plain = try await vault.seal(message)
        #expect(try await vault.open(plain) == message)
        try await vault.delete()
    }

    @Test("key agreement gives both sides the same key")
    func agrees() async throws {
        let parsec = try await parsec()
        let ours = try await parsec.generate(fresh("ours"), P256.KeyAgreement.self)
        let theirs = try await parsec.generate(fresh("theirs"), P256.KeyAgreement.self)
        let info = Data("handshake".utf8)
        let one = try await ours.deriveKey(fresh("one"), AES.GCM.self, with: theirs.publicKey, info: info)
        let other = try await theirs.deriveKey(fresh("other"), AES.GCM.self, with: ours.publicKey, info: info)
        let box = try await one.seal(Data("hello".utf8))
        #expect(try await other.open(box) == Data("hello".utf8))
        for key in [ours.anyKey, theirs.anyKey, one.anyKey, other.anyKey] { try await key.delete() }
    }

    @Test("authentication codes, derived bytes and OAEP have typed handles")
    func others() async throws {
        let parsec = try await parsec()
        let mac = try await parsec.generate(fresh("mac"), HMAC<SHA512>.self)
        let code = try await mac.authenticationCode(for: Data("x".utf8))
        #expect(code.count == SHA512.byteCount)
        #expect(try await mac.isValidAuthenticationCode(code, authenticating: Data("x".utf8)))
        #expect(try await !mac.isValidAuthenticationCode(code, authenticating: Data("y".utf8)))

        let master = try await parsec.generate(fresh("master"), HKDF<SHA256>.self)
        #expect(try await master.deriveBytes(info: Data("a".utf8), outputByteCount: 20).count == 20)
        await expectFailure("invalid-argument") {
            _ = try await master.deriveBytes(info: Data(), outputByteCount: -1)
        }

        let decrypting = try await parsec.generate(fresh("oaep"), RSA.Encryption.self, options: .init(bits: 2048))
        let sealed = try await decrypting.encrypt(Data("hello".utf8), label: Data("l".utf8))
        #expect(try await decrypting.decrypt(sealed, label: Data("l".utf8)) == Data("hello".utf8))
        for key in [mac.anyKey, master.anyKey, decrypting.anyKey] { try await key.delete() }
    }

    @Test("a key is copied, renamed, exported, wrapped and unwrapped if its policy permits it")
    func moves() async throws {
        let parsec = try await parsec()
        let open = KeyOptions(isExportable: true, isCopyable: true)
        let key = try await parsec.generate(fresh("open"), AES.GCM.self, options: open)
        let copy = try await key.copy(as: fresh("copy"))
        let renamed = try await copy.rename(to: fresh("renamed"))
        #expect(try await renamed.exportSecret() == key.exportSecret())
        let wrapper = try await parsec.generate(fresh("wrapper"), AES.KeyWrap.self)
        let wrapped = try await wrapper.wrap(key.name)
        let unwrapped = try await wrapper.unwrap(wrapped, as: fresh("unwrapped"), AES.GCM.self, options: open)
        #expect(try await unwrapped.exportSecret() == key.exportSecret())
        var changed = wrapped
        changed[0] ^= 1
        await expectFailure("decryption-failed") {
            _ = try await wrapper.unwrap(changed, as: fresh("changed"), AES.GCM.self, options: open)
        }
        #expect(try await parsec.keys().contains { $0.name == renamed.name && $0.provider == .software })
        for key in [key, renamed, unwrapped] { try await key.delete() }
        try await wrapper.delete()
    }

    @Test("a certificate signing request is PEM and DER")
    func requests() async throws {
        let key = try await parsec().generate(fresh("csr"), P256.Signing.self)
        let request = try await key.certificateSigningRequest(subject: "CN=web", dnsNames: ["web.example"])
        #expect(request.pemRepresentation.hasPrefix("-----BEGIN CERTIFICATE REQUEST-----\n"))
        #expect(request.derRepresentation.first == 0x30)
        try await key.delete()
    }

    @Test("an imported public key verifies")
    func importsPublicKeys() async throws {
        let parsec = try await parsec()
        let key = try await parsec.generate(fresh("signer"), P256.Signing.self)
        let signature = try await key.signature(for: Data("m".utf8))
        let peer = try await parsec.importPublicKey(fresh("peer"), P256.Signing.self, key.publicKey)
        #expect(try await peer.isValidSignature(signature, for: Data("m".utf8)))
        try await peer.delete()
        try await key.delete()
    }

    @Test("raw operations run")
    func raw() async throws {
        let parsec = try await parsec()
        #expect(try await parsec.raw.ping().wireProtocolVersionMaj == 1)
        let random = try await parsec.raw.psaGenerateRandom(.init(size: 16))
        #expect(random.randomBytes.count == 16)
        #expect(try await parsec.randomBytes(count: 32).count == 32)
        let hash = try await parsec.hash(Data("abc".utf8))
        #expect(hash.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("a temporary key has its expiry time")
    func temporary() async throws {
        let parsec = try await parsec()
        let until = Date(timeIntervalSinceNow: 3600)
        let key = try await parsec.generateTemporary(fresh("temporary"), expiringAt: until)
        _ = try await key.signature(for: Data())
        try await key.delete()
    }
}

@Suite("errors")
struct Errors {
    @Test("the error without a service names the socket")
    func noService() async {
        let detail = await expectFailure("service-unavailable") {
            _ = try await Client.connect(.init(endpoint: "unix:/nowhere/parsec.sock"))
        }
        #expect(detail?.message.contains("/nowhere/parsec.sock") == true)
        let error: any Error = ParsecError.busy(ErrorDetail(message: "full", advice: "wait"))
        #expect(error.localizedDescription == "full")
    }

    @Test("invalid arguments fail before anything is sent")
    func arguments() async {
        await expectFailure("invalid-argument") {
            _ = try await Client.connect(.init(timeout: .zero))
        }
        await expectFailure("invalid-argument") {
            _ = try await Client.connect(.init(maximumBodySize: -1))
        }
        #expect(throws: ParsecError.self) { try P256.Signing.PublicKey(x963Representation: Data([4, 1, 2])) }
        await expectFailure("decryption-failed") { _ = try AES.GCM.SealedBox(combined: Data(count: 27)) }
        #expect(throws: ParsecError.self) { try P256.Signing.ECDSASignature(rawRepresentation: Data(count: 63)) }
    }
}
