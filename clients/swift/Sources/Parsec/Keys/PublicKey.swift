public import Foundation
import ParsecBinding

/// A public key: plain data, without a connection to anything.
public protocol PublicKeyRepresentation: Sendable, Hashable {
    /// Takes a key in all its forms.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` if it is of another kind.
    init(_ data: PublicKeyData) throws(ParsecError)

    /// The key in all its forms.
    var data: PublicKeyData { get }
}

/// All forms of a public key of any kind.
public struct PublicKeyData: Sendable, Hashable, CustomStringConvertible {
    /// DER of `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
    public let derRepresentation: Data
    /// PEM with the label `PUBLIC KEY`.
    public let pemRepresentation: String
    /// As the PSA Crypto API has it: a point `04 ‖ X ‖ Y`, a coordinate, or PKCS #1's `RSAPublicKey`.
    public let psaRepresentation: Data
    /// A JSON Web Key (RFC 7517), where there is one for the curve.
    public let jsonWebKey: String?
    /// Bits of the curve's field or of the modulus.
    public let bits: Int
    /// The type of a key that has this public key and no private one.
    public let keyType: Contract.KeyType
    /// What it is, for a person: `P-256`, `RSA 2048`.
    public let description: String

    /// Reads DER of `SubjectPublicKeyInfo`.
    public init(derRepresentation der: some DataProtocol) throws(ParsecError) {
        let der = Data(der)
        self.init(native: try local { try ParsecBinding.readPublicKeyDer(der: der) })
    }

    /// Reads PEM with the label `PUBLIC KEY`.
    public init(pemRepresentation pem: String) throws(ParsecError) {
        self.init(native: try local { try ParsecBinding.readPublicKeyPem(pem: pem) })
    }

    init(native: ParsecBinding.NativePublicKey) {
        derRepresentation = native.der
        pemRepresentation = native.pem
        psaRepresentation = native.raw
        jsonWebKey = native.jwk
        bits = Int(native.bits)
        keyType = Contract.KeyType(native: native.keyType)
        description = native.description
    }
}

extension PublicKeyRepresentation {
    /// Reads DER of `SubjectPublicKeyInfo`.
    public init(derRepresentation der: some DataProtocol) throws(ParsecError) {
        try self.init(PublicKeyData(derRepresentation: der))
    }

    /// Reads PEM with the label `PUBLIC KEY`.
    public init(pemRepresentation pem: String) throws(ParsecError) {
        try self.init(PublicKeyData(pemRepresentation: pem))
    }

    /// DER of `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
    public var derRepresentation: Data { data.derRepresentation }

    /// PEM with the label `PUBLIC KEY`.
    public var pemRepresentation: String { data.pemRepresentation }

    /// A JSON Web Key (RFC 7517), where there is one for the curve.
    public var jsonWebKey: String? { data.jsonWebKey }
}
