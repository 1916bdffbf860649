public import Foundation
import ParsecBinding

// Public keys verify in this process, without the service.

extension ECDSAPublicKey {
    /// Returns whether the signature is valid for the message and this key. This does not call the service.
    ///
    /// ```swift
    /// let key = try P256.Signing.PublicKey(pemRepresentation: pem)
    /// let signature = try P256.Signing.ECDSASignature(derRepresentation: der)
    /// if key.isValidSignature(signature, for: message) { print("valid") }
    /// ```
    ///
    /// The hash function is that of the curve's kind of key: SHA-384 for P-384, SHA-512 for P-521, otherwise
    /// SHA-256.
    public func isValidSignature(_ signature: ECDSASignature<Curve>, for message: some DataProtocol) -> Bool {
        data.isValid(signature.rawRepresentation, .ecdsa(hashAlg: .specific(Curve.hash)), of: message)
    }

    /// Returns whether the signature is valid for the message, hashed with this function.
    ///
    /// - Returns: `false` also for hash functions outside the SHA-2 family.
    public func isValidSignature<Function: HashFunction>(
        _ signature: ECDSASignature<Curve>, for message: some DataProtocol, hashedWith function: Function.Type
    ) -> Bool {
        data.isValid(signature.rawRepresentation, .ecdsa(hashAlg: .specific(function.contract)), of: message)
    }

    /// Returns whether the signature is valid for a precomputed hash.
    ///
    /// - Returns: `false` also for a hash whose length is not 28, 32, 48 or 64 bytes.
    public func isValidSignature(_ signature: ECDSASignature<Curve>, forDigest hash: some DataProtocol) -> Bool {
        let functions: [Int: Contract.Hash] = [28: .sha224, 32: .sha256, 48: .sha384, 64: .sha512]
        guard let function = functions[hash.count] else { return false }
        return data.isValid(signature.rawRepresentation, .ecdsa(hashAlg: .specific(function)), ofDigest: hash)
    }
}

extension Curve25519.Signing.PublicKey {
    /// Returns whether the signature is valid for the message and this key. This does not call the service.
    public func isValidSignature(_ signature: some DataProtocol, for message: some DataProtocol) -> Bool {
        data.isValid(Data(signature), .pureEddsa, of: message)
    }
}

extension RSA.PublicKey {
    /// Returns whether the signature is valid for the message and this key. This does not call the service.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - message: The message.
    ///   - padding: The padding; the salt of PSS is as long as the hash.
    ///   - function: The hash function.
    /// - Returns: `false` also for hash functions outside the SHA-2 family.
    public func isValidSignature<Function: HashFunction>(
        _ signature: RSA.Signing.RSASignature,
        for message: some DataProtocol,
        padding: RSA.Padding = .pss,
        hashedWith function: Function.Type = SHA256.self
    ) -> Bool {
        data.isValid(signature.rawRepresentation, padding.algorithm(function), of: message)
    }

    /// Returns whether the signature is valid for a precomputed hash.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - hash: The hash.
    ///   - padding: The padding; the salt of PSS is as long as the hash.
    ///   - function: The hash function.
    /// - Returns: `false` also for a hash of the wrong length.
    public func isValidSignature<Function: HashFunction>(
        _ signature: RSA.Signing.RSASignature,
        forDigest hash: some DataProtocol,
        padding: RSA.Padding = .pss,
        hashedWith function: Function.Type = SHA256.self
    ) -> Bool {
        data.isValid(signature.rawRepresentation, padding.algorithm(function), ofDigest: hash)
    }
}

extension RSA.Padding {
    fileprivate func algorithm<Function: HashFunction>(_ function: Function.Type) -> Contract.AsymmetricSignature {
        switch self {
        case .pss: .rsaPss(hashAlg: .specific(function.contract))
        case .pkcs1v15: .rsaPkcs1v15Sign(hashAlg: .specific(function.contract))
        }
    }
}

extension PublicKeyData {
    fileprivate func isValid(
        _ signature: Data, _ algorithm: Contract.AsymmetricSignature, of message: some DataProtocol
    ) -> Bool {
        isValid(signature, algorithm, Data(message), isHash: false)
    }

    fileprivate func isValid(
        _ signature: Data, _ algorithm: Contract.AsymmetricSignature, ofDigest hash: some DataProtocol
    ) -> Bool {
        isValid(signature, algorithm, Data(hash), isHash: true)
    }

    /// An error means that the key does not verify with the algorithm, for which no signature is valid.
    private func isValid(
        _ signature: Data, _ algorithm: Contract.AsymmetricSignature, _ data: Data, isHash: Bool
    ) -> Bool {
        let verified = try? ParsecBinding.verifyLocally(
            der: derRepresentation, algorithm: algorithm.native, data: data, isHash: isHash, signature: signature)
        return verified ?? false
    }
}
