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

extension VerifyingKey {
    /// Whether a signature is the message's.
    public func isValidSignature(_ signature: Signature, for message: some DataProtocol) async throws(ParsecError)
        -> Bool
    {
        let (signature, message) = (signature.rawRepresentation, Data(message))
        return try await anyKey.run { native in
            try await native.verify(message: message, signature: signature, form: .raw, hash: nil)
        }
    }

    /// Whether a signature is the one of a message, for keys whose policy leaves the hash open.
    public func isValidSignature(
        _ signature: Signature, for message: some DataProtocol, hashedWith hash: Contract.Hash
    ) async throws(ParsecError) -> Bool {
        let (signature, message, hash) = (signature.rawRepresentation, Data(message), hash.native)
        return try await anyKey.run { native in
            try await native.verify(message: message, signature: signature, form: .raw, hash: hash)
        }
    }

    /// Whether a signature is that of a message whose hash was made elsewhere.
    public func isValidSignature(_ signature: Signature, forDigest digest: some DataProtocol) async throws(ParsecError)
        -> Bool
    {
        let (signature, digest) = (signature.rawRepresentation, Data(digest))
        return try await anyKey.run { native in
            try await native.verifyHash(hash: digest, signature: signature, form: .raw)
        }
    }
}

extension SigningKey {
    /// Signs a message, hashed as the key's policy says.
    public func signature(for message: some DataProtocol) async throws(ParsecError) -> Signature {
        let message = Data(message)
        let made = try await anyKey.run { native in try await native.sign(message: message, hash: nil) }
        return try Signature(rawRepresentation: made.raw)
    }

    /// Signs a message, for keys whose policy leaves the hash open.
    public func signature(for message: some DataProtocol, hashedWith hash: Contract.Hash) async throws(ParsecError)
        -> Signature
    {
        let (message, hash) = (Data(message), hash.native)
        let made = try await anyKey.run { native in try await native.sign(message: message, hash: hash) }
        return try Signature(rawRepresentation: made.raw)
    }

    /// Signs the hash of a message that was made elsewhere.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` unless it is as long as the key's hash function
    ///   makes it.
    public func signature(forDigest digest: some DataProtocol) async throws(ParsecError) -> Signature {
        let digest = Data(digest)
        let made = try await anyKey.run { native in try await native.signHash(hash: digest) }
        return try Signature(rawRepresentation: made.raw)
    }

    /// A certificate signing request (RFC 2986) that this key signs.
    ///
    /// ```swift
    /// let request = try await key.certificateSigningRequest(subject: "CN=web", dnsNames: ["web.example"])
    /// print(request.pemRepresentation)
    /// ```
    ///
    /// - Parameter subject: a name as RFC 4514 writes it, such as `CN=web,O=Example`.
    public func certificateSigningRequest(
        subject: String, dnsNames: [String] = []
    ) async throws(ParsecError) -> CertificateSigningRequest {
        let made = try await anyKey.run { native in
            try await native.toCsr(subject: subject, dnsNames: dnsNames)
        }
        return CertificateSigningRequest(derRepresentation: made.der, pemRepresentation: made.pem)
    }
}

/// A certificate signing request (RFC 2986).
public struct CertificateSigningRequest: Sendable, Hashable {
    /// The request in DER.
    public let derRepresentation: Data
    /// PEM with the label `CERTIFICATE REQUEST`.
    public let pemRepresentation: String
}
