import Testing

@testable import Parsec

@Suite("key kinds")
struct Kinds {
    @Test("every key kind with a specific handle has a Swift type")
    func all() {
        func name(_ kind: (some KeyKind).Type, bits: Int? = nil) -> String? {
            try? kind.spec(KeyOptions(bits: bits)).native.name
        }
        let names = [
            name(P256.Signing.self), name(P384.Signing.self), name(P521.Signing.self),
            name(Secp256k1.Signing.self), name(BrainpoolP256.Signing.self), name(Curve25519.Signing.self),
            name(RSA.Signing.self), name(RSA.Signing.self, bits: 2048), name(RSA.Signing.self, bits: 3072),
            name(RSA.Signing.self, bits: 4096), name(RSA.Encryption.self),
            name(RSA.Encryption.self, bits: 2048), name(RSA.Encryption.self, bits: 3072),
            name(AES.GCM.self, bits: 128), name(AES.GCM.self), name(AES.CCM.self), name(AES.CMAC.self),
            name(AES.KeyWrap.self), name(ChaChaPoly.self), name(HMAC<SHA256>.self), name(HKDF<SHA256>.self),
            name(P256.KeyAgreement.self), name(Curve25519.KeyAgreement.self),
        ]
        let byNameAlone: Set = ["aes-256-ctr", "aes-256-cbc", "raw"]
        #expect(Set(KeySpec.names).subtracting(byNameAlone) == Set(names.compactMap { $0 }))
    }
}
