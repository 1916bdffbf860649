public import Foundation

/// A kind of key that signs with ECDSA: `P256.Signing` and its kind.
public protocol ECDSAKind: SigningKind
where
    Handle == ECDSAPrivateKey<Curve>, PublicKey == ECDSAPublicKey<Curve>,
    VerifyingHandle == ECDSAVerifyingKey<Curve>
{
    /// The curve of the signatures.
    associatedtype Curve: EllipticCurve
    /// What ``KeySpec`` calls such keys.
    static var specName: String { get }
}

extension ECDSAKind {
    /// A key pair whose private half stays in the service.
    public typealias PrivateKey = ECDSAPrivateKey<Curve>
    /// Somebody's public key that the service verifies with.
    public typealias VerifyingKey = ECDSAVerifyingKey<Curve>
    /// A signature.
    public typealias ECDSASignature = Parsec.ECDSASignature<Curve>

    /// How the service is told.
    public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec(specName, options: options) }
}

/// A key pair for ECDSA whose private half stays in the service: `P256.Signing.PrivateKey`.
public struct ECDSAPrivateKey<Curve: EllipticCurve>: SigningKey {
    /// What its signatures are.
    public typealias Signature = ECDSASignature<Curve>

    /// The same as a key of any kind.
    public let anyKey: AnyKey
    /// The public half.
    public let publicKey: ECDSAPublicKey<Curve>

    /// The handle for a key that signs on this curve.
    public init(_ key: AnyKey) throws(ParsecError) {
        let fits =
            key.attributes.keyType == .eccKeyPair(curveFamily: Curve.family)
            && key.attributes.keyBits == Curve.bits
        try key.check(.signing, fits, "key that signs on \(Curve.name)")
        anyKey = key
        publicKey = try ECDSAPublicKey(key.knownPublicKey())
    }
}

/// Somebody's public key for ECDSA that the service verifies with: `P256.Signing.VerifyingKey`.
public struct ECDSAVerifyingKey<Curve: EllipticCurve>: VerifyingKey {
    /// What its signatures are.
    public typealias Signature = ECDSASignature<Curve>

    /// The same as a key of any kind.
    public let anyKey: AnyKey
    /// The public key.
    public let publicKey: ECDSAPublicKey<Curve>

    /// The handle for a key that verifies on this curve.
    public init(_ key: AnyKey) throws(ParsecError) {
        let fits =
            key.attributes.keyType == .eccPublicKey(curveFamily: Curve.family)
            && key.attributes.keyBits == Curve.bits
        try key.check(.verifying, fits, "key that verifies on \(Curve.name)")
        anyKey = key
        publicKey = try ECDSAPublicKey(key.knownPublicKey())
    }
}

extension AnyKey {
    func knownPublicKey() throws(ParsecError) -> PublicKeyData {
        guard let publicKey else {
            throw .internal(ErrorDetail(message: "the key \"\(name)\" has no public half; please report this"))
        }
        return publicKey
    }
}

/// A public key on an elliptic curve: `P256.Signing.PublicKey`.
public struct ECDSAPublicKey<Curve: EllipticCurve>: PublicKeyRepresentation {
    /// The key in all its forms.
    public let data: PublicKeyData

    /// Takes a key of this curve.
    public init(_ data: PublicKeyData) throws(ParsecError) {
        guard data.keyType == .eccPublicKey(curveFamily: Curve.family), data.bits == Curve.bits else {
            throw .invalid("the public key is one of \(data.description), not of \(Curve.name)")
        }
        self.data = data
    }

    /// Reads an uncompressed point `04 ‖ X ‖ Y` (ANSI X9.63).
    public init(x963Representation point: some DataProtocol) throws(ParsecError) {
        guard point.count == 1 + 2 * Curve.byteCount, point.first == 4 else {
            throw .invalid("the point is no uncompressed one of \(Curve.name)")
        }
        try self.init(derRepresentation: Data(Curve.publicKeyPrefix) + Data(point))
    }

    /// Reads the coordinates `X ‖ Y`.
    public init(rawRepresentation coordinates: some DataProtocol) throws(ParsecError) {
        try self.init(x963Representation: Data([4]) + Data(coordinates))
    }

    /// The uncompressed point `04 ‖ X ‖ Y` (ANSI X9.63).
    public var x963Representation: Data { data.psaRepresentation }

    /// The coordinates `X ‖ Y`.
    public var rawRepresentation: Data { Data(data.psaRepresentation.dropFirst()) }
}

/// A signature of ECDSA, in both of its encodings: `P256.Signing.ECDSASignature`.
public struct ECDSASignature<Curve: EllipticCurve>: SignatureRepresentation {
    /// r ‖ s, each as long as the curve's order.
    public let rawRepresentation: Data

    /// Reads r ‖ s.
    ///
    /// - Throws: ``ParsecError/invalidSignature(_:)`` if it is not as long as the curve makes it.
    public init(rawRepresentation raw: Data) throws(ParsecError) {
        guard raw.count == 2 * Curve.byteCount else {
            throw .invalidSignature(
                ErrorDetail(
                    message:
                        "the signature has \(raw.count) bytes, and those of \(Curve.name) have \(2 * Curve.byteCount)"))
        }
        rawRepresentation = Data(raw)
    }

    /// Reads a DER sequence of r and s (RFC 3279, section 2.2.3).
    ///
    /// - Throws: ``ParsecError/invalidSignature(_:)`` if it is none, or a number is longer than the
    ///   curve makes it.
    public init(derRepresentation der: some DataProtocol) throws(ParsecError) {
        guard let raw = SignatureNumbers.read(Array(der), half: Curve.byteCount) else {
            throw .invalidSignature(
                ErrorDetail(message: "the signature is no DER sequence of two numbers of \(Curve.name)"))
        }
        try self.init(rawRepresentation: raw)
    }

    /// A DER sequence of r and s (RFC 3279, section 2.2.3).
    public var derRepresentation: Data { SignatureNumbers.write(Array(rawRepresentation)) }
}
