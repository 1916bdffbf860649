public import Foundation

/// A kind of key for authenticated encryption, such as `AES.GCM`.
public protocol AEADKind: KeyKind {
    /// The usual name.
    static var name: String { get }
    /// The key type in the contracts.
    static var keyType: Contract.KeyType { get }
    /// The algorithm in a key's policy.
    static var algorithm: Contract.AeadWithDefaultLengthTag { get }
}

/// A key for authenticated encryption with associated data: `AES.GCM.Key`.
public struct SealingKey<Kind: AEADKind>: Key {
    /// The handle for a key of any kind.
    public let anyKey: AnyKey

    /// Creates the handle for a key of this kind.
    public init(_ key: AnyKey) throws(ParsecError) {
        let policy = key.attributes.keyPolicy.keyAlgorithm
        let fits = policy == .aead(.aeadWithDefaultLengthTag(Kind.algorithm)) && key.attributes.keyType == Kind.keyType
        try key.check(.symmetric, fits, "key for \(Kind.name)")
        anyKey = key
    }
}

/// An encrypted and authenticated message: `AES.GCM.SealedBox`.
public struct SealedBox<Kind: AEADKind>: Sendable, Hashable {
    /// Length of a nonce in bytes.
    static var nonceCount: Int { 12 }
    /// Length of a tag in bytes.
    static var tagCount: Int { 16 }

    /// nonce ‖ ciphertext ‖ tag.
    public let combined: Data

    /// Takes the bytes of the service.
    init(native: Data) { combined = native }

    var native: Data { combined }

    /// Creates a sealed box from nonce ‖ ciphertext ‖ tag.
    ///
    /// - Throws: ``ParsecError/decryptionFailed(_:)`` if there are fewer than 28 bytes.
    public init(combined: some DataProtocol) throws(ParsecError) {
        guard combined.count >= Self.nonceCount + Self.tagCount else {
            let message = "a sealed box of \(Kind.name) has at least 28 bytes, not \(combined.count)"
            throw .decryptionFailed(ErrorDetail(message: message))
        }
        self.combined = Data(combined)
    }

    /// Creates a sealed box from its three parts.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` unless the nonce has 12 bytes and the tag 16.
    public init(
        nonce: some DataProtocol, ciphertext: some DataProtocol, tag: some DataProtocol
    ) throws(ParsecError) {
        guard nonce.count == Self.nonceCount, tag.count == Self.tagCount else {
            throw .invalid("\(Kind.name) has a nonce of 12 bytes and a tag of 16, not \(nonce.count) and \(tag.count)")
        }
        combined = Data(nonce) + Data(ciphertext) + Data(tag)
    }

    /// 12 bytes that are unique among all messages encrypted with the key.
    public var nonce: Data { Data(combined.prefix(Self.nonceCount)) }

    /// The ciphertext, as long as the message.
    public var ciphertext: Data { Data(combined.dropFirst(Self.nonceCount).dropLast(Self.tagCount)) }

    /// The authentication tag, 16 bytes.
    public var tag: Data { Data(combined.suffix(Self.tagCount)) }
}
