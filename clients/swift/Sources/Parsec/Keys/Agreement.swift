/// A kind of key for key agreement, such as `P256.KeyAgreement`.
public protocol AgreementKind: KeyKind where Handle == AgreementKey<Self> {
    /// The public key.
    associatedtype PublicKey: PublicKeyRepresentation
    /// The name of the kind in ``KeySpec``.
    static var specName: String { get }
    /// The family of the curve in the contracts.
    static var family: Contract.EccFamily { get }
    /// Size of the curve's field in bits.
    static var bits: Int { get }
}

extension AgreementKind {
    /// A key pair whose private key stays in the service.
    public typealias PrivateKey = AgreementKey<Self>

    /// Describes a key of this kind.
    public static func spec(_ options: KeyOptions) -> KeySpec {
        KeySpec(kind: specName, sizes: [bits: specName], options: options)
    }
}

/// A key pair for key agreement: `P256.KeyAgreement.PrivateKey`.
public struct AgreementKey<Kind: AgreementKind>: Key {
    /// The handle for a key of any kind.
    public let anyKey: AnyKey
    /// The public key, for the peer.
    public let publicKey: Kind.PublicKey

    /// Creates the handle for a key of this kind.
    public init(_ key: AnyKey) throws(ParsecError) {
        let fits =
            key.attributes.keyType == .eccKeyPair(curveFamily: Kind.family)
            && key.attributes.keyBits == Kind.bits
        try key.check(.agreement, fits, "key of the kind \(Kind.specName)")
        anyKey = key
        publicKey = try Kind.PublicKey(key.knownPublicKey())
    }
}
