import Foundation
import Testing

@testable import Parsec

/// An option changes the key, or is refused.
@Suite("options")
struct Options {
    /// Every kind that is a type.
    static let kinds: [any KeyKind.Type] = [
        P256.Signing.self, P384.Signing.self, P521.Signing.self, Secp256k1.Signing.self, BrainpoolP256.Signing.self,
        Curve25519.Signing.self, RSA.Signing.self, RSA.Encryption.self, AES.GCM.self, AES.CCM.self, ChaChaPoly.self,
        HMAC<SHA256>.self, AES.CMAC.self, HKDF<SHA256>.self, P256.KeyAgreement.self, Curve25519.KeyAgreement.self,
        AES.KeyWrap.self,
    ]

    /// The specifications of a kind with an option that some kinds have: by type, and by name.
    private func specs(_ kind: any KeyKind.Type, _ options: KeyOptions) throws -> [KeySpec] {
        var named = KeySpec(try #require(try kind.spec(KeyOptions()).native.name))
        named.options = options
        return [kind.spec(options), named]
    }

    @Test("every kind has the size that was asked for, or refuses it", arguments: Options.kinds.indices)
    func bits(_ index: Int) async throws {
        let kind = Self.kinds[index]
        let parsec = try await Services.connect()
        for bits in [128, 192, 255, 256, 384, 521, 1024, 2048] {
            let spec = kind.spec(KeyOptions(bits: bits))
            do {
                _ = try spec.native
            } catch {
                #expect(error.detail.message.hasPrefix("bits: "))
                await expectFailure("invalid-argument") { _ = try await parsec.canDo(spec: spec) }
                continue
            }
            guard try await parsec.canDo(spec: spec) else { continue }
            let key = try await parsec.generate("bits-\(index)-\(bits)", spec: spec)
            #expect(key.attributes.keyBits == UInt32(bits))
            try await key.delete()
        }
    }

    @Test("a name and attributes determine the size, so that bits is refused")
    func sized() async throws {
        let parsec = try await Services.connect()
        await expectFailure("invalid-argument") {
            _ = try await parsec.generate("sized", spec: KeySpec("rsa-2048", options: .init(bits: 4096)))
        }
        let key = try await parsec.generate("sized-attributes", AES.GCM.self)
        var spec = KeySpec(attributes: key.attributes)
        spec.options.bits = 128
        await expectFailure("invalid-argument") { _ = try await parsec.generate("sized", spec: spec) }
        try await key.delete()
    }

    @Test("every kind uses the hash function that was asked for, or refuses it", arguments: Options.kinds.indices)
    func hash(_ index: Int) async throws {
        for spec in try specs(Self.kinds[index], KeyOptions(hash: .sha512)) {
            try await changes(spec, "hash") { String(describing: $0.keyPolicy.keyAlgorithm).contains("sha512") }
        }
    }

    @Test("the hash function of a type is not replaced by another one")
    func fixedHash() async throws {
        let parsec = try await Services.connect()
        await expectFailure("invalid-argument") {
            _ = try await parsec.generate("fixed", HMAC<SHA256>.self, options: .init(hash: .sha512))
        }
        await expectFailure("invalid-argument") {
            _ = try await parsec.generate("fixed", HKDF<SHA256>.self, options: .init(hash: .sha384))
        }
        let key = try await parsec.generate("fixed", HMAC<SHA256>.self, options: .init(hash: .sha256))
        try await key.delete()
    }

    @Test("every kind uses the padding that was asked for, or refuses it", arguments: Options.kinds.indices)
    func padding(_ index: Int) async throws {
        for (padding, name) in [(RSA.Padding.pss, "rsaPss"), (.pkcs1v15, "rsaPkcs1v15Sign")] {
            for spec in try specs(Self.kinds[index], KeyOptions(padding: padding)) {
                try await changes(spec, "padding") { String(describing: $0.keyPolicy.keyAlgorithm).contains(name) }
            }
        }
    }

    @Test("every kind has the usage that was asked for", arguments: Options.kinds.indices)
    func usage(_ index: Int) async throws {
        for spec in try specs(Self.kinds[index], KeyOptions(isExportable: true, isCopyable: true)) {
            try await changes(spec, "usage") {
                $0.keyPolicy.keyUsageFlags.export && $0.keyPolicy.keyUsageFlags.copy
            }
        }
    }

    /// Expects that a new key has what the option says, or that the option is refused.
    private func changes(
        _ spec: KeySpec, _ option: String, _ has: (Contract.KeyAttributes) -> Bool
    ) async throws {
        let parsec = try await Services.connect()
        do {
            guard try await parsec.canDo(spec: spec) else { return }
        } catch ParsecError.invalidArgument {
            return
        }
        // The smaller size is faster.
        var spec = spec
        if case .kind("rsa", _, _) = spec.form { spec.options.bits = 2048 }
        if case .kind("rsa-oaep", _, _) = spec.form { spec.options.bits = 2048 }
        if case .named(let name) = spec.form, name.hasPrefix("rsa") {
            spec = KeySpec(name + "-2048", options: spec.options)
        }
        let key = try await parsec.generate("\(option)-\(UUID().uuidString)", spec: spec)
        #expect(has(key.attributes), "\(key)")
        try await key.delete()
    }

    @Test("the provider of the options is that of the key, or the call fails")
    func provider() async throws {
        let parsec = try await Services.connect()
        let key = try await parsec.generate("on-software", options: .init(provider: .software))
        #expect(key.provider == .software)
        try await key.delete()
        await expectFailure("not-supported") {
            _ = try await parsec.generate("on-tpm", options: .init(provider: .tpm))
        }
    }
}
