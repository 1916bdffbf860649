public import Foundation
import ParsecBinding

/// A public key: plain data, independent of the service.
public protocol PublicKeyRepresentation: Sendable, Hashable {
    /// Creates the public key from its data.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` if the key is of another kind.
    init(_ data: PublicKeyData) throws(ParsecError)

    /// The key in all its formats.
    var data: PublicKeyData { get }
}

/// A public key of any kind, in all formats.
public struct PublicKeyData: Sendable, Hashable, CustomStringConvertible {
    /// DER of `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
    public let derRepresentation: Data
    /// PEM with the label `PUBLIC KEY`.
    public let pemRepresentation: String
    /// The format of the PSA Crypto API: a point `04 ‖ X ‖ Y`, a coordinate, or `RSAPublicKey` of PKCS #1.
    public let psaRepresentation: Data
    /// A JSON Web Key (RFC 7517), if JWK supports the curve.
    public let jsonWebKey: String?
    /// Size in bits of the curve's field or of the modulus.
    public let bits: Int
    /// The key type of the public key in the contracts.
    public let keyType: Contract.KeyType
    /// A description for people: `P-256`, `RSA 2048`.
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

    /// Reads the format of the PSA Crypto API. The size of an RSA key is that of its modulus.
    init(psaRepresentation raw: Data, _ keyType: Contract.KeyType, bits: Int) throws(ParsecError) {
        let (keyType, bits) = (keyType.native, UInt32(bits))
        self.init(native: try local { try ParsecBinding.readPublicKeyRaw(keyType: keyType, bits: bits, raw: raw) })
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

    /// A JSON Web Key (RFC 7517), if JWK supports the curve.
    public var jsonWebKey: String? { data.jsonWebKey }
}
