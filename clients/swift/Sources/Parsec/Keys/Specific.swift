extension AnyKey {
    /// The handle for the kind of the key, such as a `P256.Signing.PrivateKey`. A key of a kind that this
    /// package does not know is returned as ``AnyKey``.
    ///
    /// ```swift
    /// if let signer = try await parsec.open("web-tls").specific as? any SigningKey {
    ///     print(signer.name)
    /// }
    /// ```
    public var specific: any Key {
        for kind in Self.kinds {
            if let key = try? kind.init(self) { return key }
        }
        return self
    }

    private static let kinds: [any Key.Type] = [
        P256.Signing.PrivateKey.self, P256.Signing.VerifyingKey.self, P256.KeyAgreement.PrivateKey.self,
        P384.Signing.PrivateKey.self, P384.Signing.VerifyingKey.self,
        P521.Signing.PrivateKey.self, P521.Signing.VerifyingKey.self,
        Secp256k1.Signing.PrivateKey.self, Secp256k1.Signing.VerifyingKey.self,
        BrainpoolP256.Signing.PrivateKey.self, BrainpoolP256.Signing.VerifyingKey.self,
        Curve25519.Signing.PrivateKey.self, Curve25519.Signing.VerifyingKey.self,
        Curve25519.KeyAgreement.PrivateKey.self,
        RSA.Signing.PrivateKey.self, RSA.Signing.VerifyingKey.self, RSA.Encryption.PrivateKey.self,
        AES.GCM.Key.self, AES.CCM.Key.self, ChaChaPoly.Key.self,
        AES.CMAC.Key.self, AES.KeyWrap.Key.self,
        HMAC<SHA256>.Key.self, HMAC<SHA384>.Key.self, HMAC<SHA512>.Key.self,
        HKDF<SHA256>.Key.self, HKDF<SHA384>.Key.self, HKDF<SHA512>.Key.self,
    ]
}
