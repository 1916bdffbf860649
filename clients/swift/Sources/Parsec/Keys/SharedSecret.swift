public import Foundation
import ParsecBinding

/// The secret that a key shares with a peer. It stays in the service, which derives from it.
///
/// ```swift
/// let secret = key.sharedSecretFromKeyAgreement(with: peer)
/// let bytes = try await secret.hkdfDerivedSymmetricKey(
///     using: SHA256.self, salt: salt, sharedInfo: Data("session 1".utf8), outputByteCount: 32)
/// ```
///
/// The derivation is that of CryptoKit's type of this name: the same inputs give the same bytes.
/// `deriveKey(_:_:with:info:)` of the key derives a key that stays in the service as well.
public struct SharedSecret: Sendable, Hashable {
    let key: AnyKey
    let peer: Data

    /// Derives bytes with HKDF (RFC 5869).
    ///
    /// - Parameters:
    ///   - function: The hash function. The policy of a key may permit only one.
    ///   - salt: The salt, which need not be secret; may be empty.
    ///   - info: The context: different contexts give unrelated bytes.
    ///   - count: The number of bytes, at most 255 times the length of the hash.
    /// - Returns: The bytes, for `SymmetricKey(data:)` of CryptoKit or another library.
    /// - Throws: ``ParsecError/invalidArgument(_:)`` if the public key of the peer is not valid for the curve,
    ///   or the number of bytes is too large; ``ParsecError/notPermitted(_:)`` if the policy of the key permits
    ///   another derivation.
    public func hkdfDerivedSymmetricKey<Function: HashFunction>(
        using function: Function.Type,
        salt: some DataProtocol,
        sharedInfo info: some DataProtocol,
        outputByteCount count: Int
    ) async throws -> Data {
        let input = Raw.AgreeBytesRequest(
            alg: .withKeyDerivation(kaAlg: .ecdh, kdfAlg: .hkdf(hashAlg: function.contract)),
            privateKeyName: key.name,
            peerKey: peer,
            inputs: .init(salt: .bytes(value: Data(salt)), info: Data(info)),
            length: try UInt32(checking: count, "outputByteCount")
        )
        let provider = key.provider
        let response = try await key.run { native in
            try await native.raw().agreeBytes(provider: provider.native, input: input.native)
        }
        return response.data
    }
}

extension AgreementKey {
    /// The secret that the key shares with a peer. Deriving from it calls the service; this does not.
    public func sharedSecretFromKeyAgreement(with peer: Kind.PublicKey) -> SharedSecret {
        SharedSecret(key: anyKey, peer: peer.data.psaRepresentation)
    }
}
