public import Foundation
import ParsecBinding

/// A signature in the one form that is as long as the key makes it.
public protocol SignatureRepresentation: Sendable, Hashable {
    /// Takes a signature: of ECDSA r ‖ s, each as long as the curve's order; of others what they are.
    ///
    /// - Throws: ``ParsecError/invalidSignature(_:)`` if it has a length that none has.
    init(rawRepresentation: Data) throws(ParsecError)

    /// The same bytes.
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
    /// Takes the signature as it is.
    public init(rawRepresentation: Data) { self = rawRepresentation }

    /// The signature as it is.
    public var rawRepresentation: Data { self }
}

/// A key that verifies signatures in the service.
public protocol VerifyingKey: Key {
    /// What its signatures are.
    associatedtype Signature: SignatureRepresentation
    /// What its public half is.
    associatedtype PublicKey: PublicKeyRepresentation

    /// The public half.
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
