/// Derivation of bytes and keys from a secret with HKDF (RFC 5869): `HKDF<SHA256>`.
public enum HKDF<Function: HashFunction>: KeyKind {
    /// The handle of such a secret.
    public typealias Key = DerivationKey<Function>
    /// The handle that `generate` returns.
    public typealias Handle = DerivationKey<Function>
}

/// A secret from which bytes and keys are derived: `HKDF<SHA256>.Key`.
public struct DerivationKey<Function: HashFunction>: Key {
    /// The handle for a key of any kind.
    public let anyKey: AnyKey

    /// Creates the handle for a secret of this kind.
    public init(_ key: AnyKey) throws(ParsecError) {
        let fits = key.attributes.keyPolicy.keyAlgorithm == .keyDerivation(.hkdf(hashAlg: Function.contract))
        try key.check(.derivation, fits, "secret for HKDF with \(Function.contract.rawValue.uppercased())")
        anyKey = key
    }
}
