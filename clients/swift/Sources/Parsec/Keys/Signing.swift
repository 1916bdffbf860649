public import Foundation
import ParsecBinding

/// A signature in its encoding of fixed length.
public protocol SignatureRepresentation: Sendable, Hashable {
    /// Creates a signature from bytes: r ‖ s for ECDSA, each as long as the curve's order; unchanged for
    /// other algorithms.
    ///
    /// - Throws: ``ParsecError/invalidSignature(_:)`` if the length is wrong.
    init(rawRepresentation: Data) throws(ParsecError)

    /// The signature in the same encoding.
    var rawRepresentation: Data { get }
}

extension SignatureRepresentation {
    /// The signatures that the binding returned.
    static func all(_ made: [ParsecBinding.NativeSignature]) throws(ParsecError) -> [Self] {
        var signatures: [Self] = []
        for signature in made { signatures.append(try Self(rawRepresentation: signature.raw)) }
        return signatures
    }
}

extension Data: SignatureRepresentation {
    /// Creates a signature from its bytes.
    public init(rawRepresentation: Data) { self = rawRepresentation }

    /// The bytes of the signature.
    public var rawRepresentation: Data { self }
}

/// A key that verifies signatures in the service.
public protocol VerifyingKey: Key {
    /// The type of a signature.
    associatedtype Signature: SignatureRepresentation
    /// The type of the public key.
    associatedtype PublicKey: PublicKeyRepresentation

    /// The public key.
    var publicKey: PublicKey { get }
}

/// A key that signs.
public protocol SigningKey: VerifyingKey {}

/// A certificate signing request (RFC 2986).
public struct CertificateSigningRequest: Sendable, Hashable {
    /// The request in DER.
    public let derRepresentation: Data
    /// PEM with the label `CERTIFICATE REQUEST`.
    public let pemRepresentation: String
}
