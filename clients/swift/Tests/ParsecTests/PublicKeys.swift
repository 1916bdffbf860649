import Foundation
import Parsec
import Testing

/// A unique key name.
private func fresh(_ what: String) -> String { "\(what)-\(UUID().uuidString.lowercased())" }

private let message = Data("hello".utf8)

/// A public key verifies in this process what the service signed, and nothing else.
@Suite("public keys")
struct PublicKeys {
    @Test("every curve verifies without the service, from every format")
    func curves() async throws {
        let parsec = try await Services.connect()
        try await ecdsa(parsec, P256.Signing.self, SHA256.self)
        try await ecdsa(parsec, P384.Signing.self, SHA384.self)
        try await ecdsa(parsec, P521.Signing.self, SHA512.self)
        try await ecdsa(parsec, Secp256k1.Signing.self, SHA256.self)
        try await ecdsa(parsec, BrainpoolP256.Signing.self, SHA256.self)
    }

    private func ecdsa<Kind: ECDSAKind, Function: HashFunction>(
        _ parsec: Client, _: Kind.Type, _ function: Function.Type
    ) async throws {
        let key = try await parsec.generate(fresh("local"), Kind.self)
        let signature = try await key.signature(for: message)
        let found = key.publicKey
        let formats = [
            found,
            try ECDSAPublicKey<Kind.Curve>(rawRepresentation: found.rawRepresentation),
            try ECDSAPublicKey<Kind.Curve>(x963Representation: found.x963Representation),
            try ECDSAPublicKey<Kind.Curve>(derRepresentation: found.derRepresentation),
            try ECDSAPublicKey<Kind.Curve>(pemRepresentation: found.pemRepresentation),
        ]
        #expect(Set(formats).count == 1)
        for verifier in formats {
            #expect(verifier.isValidSignature(signature, for: message))
            #expect(!verifier.isValidSignature(signature, for: Data("hallo".utf8)))
        }
        #expect(found.isValidSignature(signature, for: message, hashedWith: function))
        let others: [any HashFunction.Type] = [SHA256.self, SHA384.self, SHA512.self]
        for other in others where other.contract != function.contract {
            #expect(!isValid(found, signature, other))
        }
        let hash = try await parsec.hash(message, with: function.contract)
        #expect(found.isValidSignature(signature, forDigest: hash))
        #expect(!found.isValidSignature(signature, forDigest: Data(hash.dropLast())))
        let another = try await parsec.generate(fresh("local"), Kind.self)
        #expect(!another.publicKey.isValidSignature(signature, for: message))
        for key in [key, another] { try await key.delete() }
    }

    private func isValid<Curve: EllipticCurve>(
        _ key: ECDSAPublicKey<Curve>, _ signature: ECDSASignature<Curve>, _ function: any HashFunction.Type
    ) -> Bool {
        func open<Function: HashFunction>(_ function: Function.Type) -> Bool {
            key.isValidSignature(signature, for: message, hashedWith: function)
        }
        return open(function)
    }

    @Test("RSA verifies without the service, with the padding and the hash function of the signer")
    func rsa() async throws {
        let parsec = try await Services.connect()
        for padding in RSA.Padding.allCases {
            let options = KeyOptions(bits: 2048, hash: .sha512, padding: padding)
            let key = try await parsec.generate(fresh("rsa"), RSA.Signing.self, options: options)
            let signature = try await key.signature(for: message)
            let found = try RSA.PublicKey(pkcs1DERRepresentation: key.publicKey.pkcs1DERRepresentation)
            #expect(found == key.publicKey)
            for other in RSA.Padding.allCases {
                let isValid = found.isValidSignature(signature, for: message, padding: other, hashedWith: SHA512.self)
                #expect(isValid == (other == padding))
            }
            #expect(!found.isValidSignature(signature, for: message, padding: padding))
            let hash = try await parsec.hash(message, with: .sha512)
            #expect(found.isValidSignature(signature, forDigest: hash, padding: padding, hashedWith: SHA512.self))
            try await key.delete()
        }
    }

    @Test("Ed25519 verifies the vector of RFC 8032, section 7.1")
    func ed25519() throws {
        let key = try Curve25519.Signing.PublicKey(
            rawRepresentation: hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
        var signature = try hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(key.isValidSignature(signature, for: [0x72]))
        #expect(try Curve25519.Signing.PublicKey(pemRepresentation: key.pemRepresentation) == key)
        signature[5] ^= 1
        #expect(!key.isValidSignature(signature, for: [0x72]))
        #expect(!key.isValidSignature(Data(), for: [0x72]))
    }

    private func hex(_ text: String) throws -> Data { try #require(Data(hex: text)) }

    @Test("bytes that are not a public key of the curve are refused")
    func invalid() {
        let coordinates = Data(repeating: 1, count: 64)
        #expect(throws: ParsecError.self) { try P256.Signing.PublicKey(rawRepresentation: coordinates) }
        #expect(throws: ParsecError.self) { try Secp256k1.Signing.PublicKey(rawRepresentation: coordinates) }
        #expect(throws: ParsecError.self) { try P256.KeyAgreement.PublicKey(rawRepresentation: coordinates) }
        #expect(throws: ParsecError.self) { try P256.Signing.PublicKey(rawRepresentation: Data(count: 63)) }
        #expect(throws: ParsecError.self) { try Curve25519.Signing.PublicKey(rawRepresentation: Data(count: 31)) }
        #expect(throws: ParsecError.self) { try RSA.PublicKey(pkcs1DERRepresentation: Data([0x30, 0])) }
        // The exponent is 1, so that every message is its own signature.
        let modulus = [0x02, 0x82, 0x01, 0x01, 0] + [UInt8](repeating: 0xff, count: 256)
        #expect(throws: ParsecError.self) {
            try RSA.PublicKey(pkcs1DERRepresentation: Data([0x30, 0x82, 0x01, 0x08] + modulus + [0x02, 0x01, 0x01]))
        }
    }

    @Test("handles of one key are equal, of one client only")
    func handles() async throws {
        let parsec = try await Services.connect()
        let name = fresh("same")
        let key = try await parsec.generate(name)
        let again = try await parsec.with(timeout: .seconds(5)).open(name, P256.Signing.self)
        #expect(key == again && Set([key, again]).count == 1)
        #expect(key.anyKey == again.anyKey)
        #expect(try await Services.connect().open(name, P256.Signing.self) != key)
        let other = try await parsec.generate(fresh("same"))
        #expect(key != other && Set([key, other, again]).count == 2)
        for key in [key, other] { try await key.delete() }
    }

    @Test("a shared secret derives what HKDF derives from the plain secret")
    func sharedSecrets() async throws {
        let parsec = try await Services.connect()
        let ours = try await parsec.generate(fresh("ours"), P256.KeyAgreement.self)
        let theirs = try await parsec.generate(fresh("theirs"), P256.KeyAgreement.self)
        let secret = ours.sharedSecretFromKeyAgreement(with: theirs.publicKey)
        let same = theirs.sharedSecretFromKeyAgreement(with: ours.publicKey)
        let (salt, info) = (Data("salt".utf8), Data("session 1".utf8))
        let derived = try await secret.hkdfDerivedSymmetricKey(
            using: SHA384.self, salt: salt, sharedInfo: info, outputByteCount: 40)
        #expect(derived.count == 40)
        let peer = try await same.hkdfDerivedSymmetricKey(
            using: SHA384.self, salt: salt, sharedInfo: info, outputByteCount: 40)
        #expect(derived == peer)
        #expect(try await derive(secret, SHA384.self, salt, info) == derived.prefix(32))
        // Each input counts.
        #expect(try await derive(secret, SHA256.self, salt, info) != derived.prefix(32))
        #expect(try await derive(secret, SHA384.self, Data(), info) != derived.prefix(32))
        #expect(try await derive(secret, SHA384.self, salt, Data()) != derived.prefix(32))
        // The same as HMAC-SHA-256 by hand, for one block (RFC 5869, section 2).
        let plain = try await ours.sharedSecret(with: theirs.publicKey)
        let extracted = try await mac(parsec, key: salt, plain)
        let expanded = try await mac(parsec, key: extracted, info + [1])
        #expect(try await derive(secret, SHA256.self, salt, info) == expanded)
        await expectFailure("invalid-argument") {
            _ = try await secret.hkdfDerivedSymmetricKey(
                using: SHA256.self, salt: salt, sharedInfo: info, outputByteCount: -1)
        }
        for key in [ours, theirs] { try await key.delete() }
    }

    private func derive<Function: HashFunction>(
        _ secret: SharedSecret, _ function: Function.Type, _ salt: Data, _ info: Data
    ) async throws -> Data {
        try await secret.hkdfDerivedSymmetricKey(using: function, salt: salt, sharedInfo: info, outputByteCount: 32)
    }

    /// HMAC with SHA-256 (RFC 2104).
    private func mac(_ parsec: Client, key: Data, _ data: Data) async throws -> Data {
        let key = key + Data(count: 64 - key.count)
        let inside = try await parsec.hash(Data(key.map { $0 ^ 0x36 }) + data)
        return try await parsec.hash(Data(key.map { $0 ^ 0x5c }) + inside)
    }
}
