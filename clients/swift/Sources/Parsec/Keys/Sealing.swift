public import Foundation

/// A kind of key that encrypts and protects from being changed: `AES.GCM` and its kind.
public protocol AEADKind: KeyKind {
    /// What people call it.
    static var name: String { get }
    /// The type of its keys.
    static var keyType: Contract.KeyType { get }
    /// What a key's policy says.
    static var algorithm: Contract.AeadWithDefaultLengthTag { get }
}

/// A key that encrypts, and protects what it encrypted and further data beside it from being
/// changed: `AES.GCM.Key`.
public struct SealingKey<Kind: AEADKind>: Key {
    /// The same as a key of any kind.
    public let anyKey: AnyKey

    /// The handle for a key of this kind.
    public init(_ key: AnyKey) throws(ParsecError) {
        let policy = key.attributes.keyPolicy.keyAlgorithm
        let fits = policy == .aead(.aeadWithDefaultLengthTag(Kind.algorithm)) && key.attributes.keyType == Kind.keyType
        try key.check(.symmetric, fits, "key for \(Kind.name)")
        anyKey = key
    }

    /// Encrypts, under a nonce that is drawn anew each time.
    public func seal(_ message: some DataProtocol) async throws(ParsecError) -> SealedBox<Kind> {
        try await seal(message, authenticating: Data())
    }

    /// Encrypts, bound to data that stays as it is and that ``open(_:authenticating:)`` must be told
    /// again.
    public func seal(
        _ message: some DataProtocol, authenticating data: some DataProtocol
    ) async throws(ParsecError) -> SealedBox<Kind> {
        let (message, data) = (Data(message), Data(data))
        let combined = try await anyKey.run { native in
            try await native.symmetricEncrypt(plaintext: message, associatedData: data)
        }
        return try SealedBox(combined: combined)
    }

    /// Decrypts.
    ///
    /// - Throws: ``ParsecError/invalidSignature(_:)``, whatever was changed.
    public func open(_ box: SealedBox<Kind>) async throws(ParsecError) -> Data {
        try await open(box, authenticating: Data())
    }

    /// Decrypts what was bound to the same data.
    ///
    /// - Throws: ``ParsecError/invalidSignature(_:)``, whatever was changed.
    public func open(_ box: SealedBox<Kind>, authenticating data: some DataProtocol) async throws(ParsecError) -> Data {
        let (combined, data) = (box.combined, Data(data))
        return try await anyKey.run { native in
            try await native.symmetricDecrypt(ciphertext: combined, associatedData: data)
        }
    }
}

/// What sealing gives: `AES.GCM.SealedBox`.
public struct SealedBox<Kind: AEADKind>: Sendable, Hashable {
    /// Bytes of a nonce.
    static var nonceCount: Int { 12 }
    /// Bytes of a tag.
    static var tagCount: Int { 16 }

    /// nonce ‖ ciphertext ‖ tag.
    public let combined: Data

    /// Takes nonce ‖ ciphertext ‖ tag.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` if that is too short to be one.
    public init(combined: some DataProtocol) throws(ParsecError) {
        guard combined.count >= Self.nonceCount + Self.tagCount else {
            throw .invalid("what was sealed with \(Kind.name) has at least 28 bytes, not \(combined.count)")
        }
        self.combined = Data(combined)
    }

    /// Takes the three parts.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` unless there are 12 bytes of nonce and 16 of tag.
    public init(
        nonce: some DataProtocol, ciphertext: some DataProtocol, tag: some DataProtocol
    ) throws(ParsecError) {
        guard nonce.count == Self.nonceCount, tag.count == Self.tagCount else {
            throw .invalid("a nonce of \(Kind.name) has 12 bytes and a tag 16, not \(nonce.count) and \(tag.count)")
        }
        combined = Data(nonce) + Data(ciphertext) + Data(tag)
    }

    /// 12 bytes that no other message under the key has.
    public var nonce: Data { Data(combined.prefix(Self.nonceCount)) }

    /// As long as the message.
    public var ciphertext: Data { Data(combined.dropFirst(Self.nonceCount).dropLast(Self.tagCount)) }

    /// 16 bytes that tell whether anything was changed.
    public var tag: Data { Data(combined.suffix(Self.tagCount)) }
}
