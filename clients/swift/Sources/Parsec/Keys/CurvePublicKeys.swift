public import Foundation

/// A public key that is a point on an elliptic curve.
public protocol CurvePublicKey: PublicKeyRepresentation {
    /// The curve.
    associatedtype Curve: EllipticCurve
}

extension CurvePublicKey {
    /// Reads an uncompressed point `04 ‖ X ‖ Y` (ANSI X9.63).
    public init(x963Representation point: some DataProtocol) throws(ParsecError) {
        let keyType = Contract.KeyType.eccPublicKey(curveFamily: Curve.family)
        try self.init(PublicKeyData(psaRepresentation: Data(point), keyType, bits: Curve.bits))
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

extension EllipticCurve {
    /// Throws unless the key is for this curve.
    fileprivate static func check(_ data: PublicKeyData) throws(ParsecError) {
        guard data.keyType == .eccPublicKey(curveFamily: family), data.bits == bits else {
            throw .invalid("the public key is for \(data.description), not for \(name)")
        }
    }
}

/// A public key that verifies ECDSA: `P256.Signing.PublicKey`.
public struct ECDSAPublicKey<Curve: EllipticCurve>: CurvePublicKey {
    /// The key in all its formats.
    public let data: PublicKeyData

    /// Creates a public key for this curve.
    public init(_ data: PublicKeyData) throws(ParsecError) {
        try Curve.check(data)
        self.data = data
    }
}

/// A public key for key agreement: `P256.KeyAgreement.PublicKey`.
public struct AgreementPublicKey<Curve: EllipticCurve>: CurvePublicKey {
    /// The key in all its formats.
    public let data: PublicKeyData

    /// Creates a public key for this curve.
    public init(_ data: PublicKeyData) throws(ParsecError) {
        try Curve.check(data)
        self.data = data
    }
}
