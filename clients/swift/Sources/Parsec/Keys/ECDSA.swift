public import Foundation

/// A kind of key that signs with ECDSA, such as `P256.Signing`.
public protocol ECDSAKind: SigningKind
where
    Handle == ECDSAPrivateKey<Curve>, PublicKey == ECDSAPublicKey<Curve>,
    VerifyingHandle == ECDSAVerifyingKey<Curve>
{
    /// The curve of the signatures.
    associatedtype Curve: EllipticCurve
    /// The name of the kind in ``KeySpec``.
    static var specName: String { get }
}

extension ECDSAKind {
    /// A key pair whose private key stays in the service.
    public typealias PrivateKey = ECDSAPrivateKey<Curve>
    /// The public key of another party, with which the service verifies signatures.
    public typealias VerifyingKey = ECDSAVerifyingKey<Curve>
    /// A signature.
    public typealias ECDSASignature = Parsec.ECDSASignature<Curve>

    /// Describes a key of this kind.
    public static func spec(_ options: KeyOptions) -> KeySpec {
        KeySpec(kind: specName, sizes: [Curve.bits: specName], options: options)
    }
}

/// A key pair for ECDSA whose private key stays in the service: `P256.Signing.PrivateKey`.
public struct ECDSAPrivateKey<Curve: EllipticCurve>: SigningKey {
    /// The type of a signature.
    public typealias Signature = ECDSASignature<Curve>

    /// The handle for a key of any kind.
    public let anyKey: AnyKey
    /// The public key.
    public let publicKey: ECDSAPublicKey<Curve>

    /// Creates the handle for a key that signs with this curve.
    public init(_ key: AnyKey) throws(ParsecError) {
        let fits =
            key.attributes.keyType == .eccKeyPair(curveFamily: Curve.family)
            && key.attributes.keyBits == Curve.bits
        try key.check(.signing, fits, "key that signs with \(Curve.name)")
        anyKey = key
        publicKey = try ECDSAPublicKey(key.knownPublicKey())
    }
}

/// The ECDSA public key of another party, with which the service verifies signatures:
/// `P256.Signing.VerifyingKey`.
public struct ECDSAVerifyingKey<Curve: EllipticCurve>: VerifyingKey {
    /// The type of a signature.
    public typealias Signature = ECDSASignature<Curve>

    /// The handle for a key of any kind.
    public let anyKey: AnyKey
    /// The public key.
    public let publicKey: ECDSAPublicKey<Curve>

    /// Creates the handle for a key that verifies with this curve.
    public init(_ key: AnyKey) throws(ParsecError) {
        let fits =
            key.attributes.keyType == .eccPublicKey(curveFamily: Curve.family)
            && key.attributes.keyBits == Curve.bits
        try key.check(.verifying, fits, "key that verifies with \(Curve.name)")
        anyKey = key
        publicKey = try ECDSAPublicKey(key.knownPublicKey())
    }
}

extension AnyKey {
    func knownPublicKey() throws(ParsecError) -> PublicKeyData {
        guard let publicKey else {
            throw .internal(ErrorDetail(message: "the key \"\(name)\" has no public key; please report this"))
        }
        return publicKey
    }
}

/// An ECDSA signature in both encodings: `P256.Signing.ECDSASignature`.
public struct ECDSASignature<Curve: EllipticCurve>: SignatureRepresentation {
    /// r ‖ s, each as long as the curve's order.
    public let rawRepresentation: Data

    /// Reads r ‖ s.
    ///
    /// - Throws: ``ParsecError/invalidSignature(_:)`` if the length is wrong for the curve.
    public init(rawRepresentation raw: Data) throws(ParsecError) {
        guard raw.count == 2 * Curve.byteCount else {
            throw .invalidSignature(
                ErrorDetail(
                    message:
                        "a signature for \(Curve.name) has \(2 * Curve.byteCount) bytes, not \(raw.count)"))
        }
        rawRepresentation = Data(raw)
    }

    /// Reads a DER sequence of r and s (RFC 3279, section 2.2.3).
    ///
    /// - Throws: ``ParsecError/invalidSignature(_:)`` if the DER is malformed, or a number is too long
    ///   for the curve.
    public init(derRepresentation der: some DataProtocol) throws(ParsecError) {
        guard let raw = SignatureNumbers.read(Array(der), half: Curve.byteCount) else {
            throw .invalidSignature(
                ErrorDetail(message: "the signature is not a DER sequence of two numbers for \(Curve.name)"))
        }
        try self.init(rawRepresentation: raw)
    }

    /// A DER sequence of r and s (RFC 3279, section 2.2.3).
    public var derRepresentation: Data { SignatureNumbers.write(Array(rawRepresentation)) }
}
