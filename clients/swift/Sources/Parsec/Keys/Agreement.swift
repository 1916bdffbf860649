public import Foundation

/// A kind of key that agrees with others on secrets: `P256.KeyAgreement`.
public protocol AgreementKind: KeyKind where Handle == AgreementKey<Self> {
    /// Its public half, as plain data.
    associatedtype PublicKey: PublicKeyRepresentation
    /// What ``KeySpec`` calls such keys.
    static var specName: String { get }
    /// The family that the contracts put the curve into.
    static var family: Contract.EccFamily { get }
    /// Bits of the curve's field.
    static var bits: Int { get }

    /// A public key from its form in the PSA Crypto API.
    static func publicKey(psaRepresentation raw: Data) throws(ParsecError) -> PublicKey
}

extension AgreementKind {
    /// A key pair whose private half stays in the service.
    public typealias PrivateKey = AgreementKey<Self>

    /// How the service is told.
    public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec(specName, options: options) }
}

/// A key pair that agrees with others on secrets: `P256.KeyAgreement.PrivateKey`.
public struct AgreementKey<Kind: AgreementKind>: Key {
    /// The same as a key of any kind.
    public let anyKey: AnyKey

    /// The handle for a key of this kind.
    public init(_ key: AnyKey) throws(ParsecError) {
        let fits =
            key.attributes.keyType == .eccKeyPair(curveFamily: Kind.family)
            && key.attributes.keyBits == Kind.bits
        try key.check(.agreement, fits, "key that agrees on secrets as \(Kind.specName)")
        anyKey = key
    }

    /// The public half, for the peer. It is asked for each time.
    public var publicKey: Kind.PublicKey {
        get async throws(ParsecError) {
            let raw = try await anyKey.run { native in try await native.exportPublic() }
            return try Kind.publicKey(psaRepresentation: raw)
        }
    }

    /// Makes a key of the secret that is shared with the holder of another; both sides make the same.
    ///
    /// ```swift
    /// let session = try await ours.deriveKey(
    ///     "session", AES.GCM.self, with: theirPublicKey, info: Data("handshake".utf8))
    /// ```
    ///
    /// - Parameters:
    ///   - name: what the new key is called.
    ///   - kind: what it is, such as `AES.GCM.self`.
    ///   - peer: the other side's public key.
    ///   - info: what it is for; other information gives another key.
    ///   - options: what else it shall be, such as exportable.
    public func deriveKey<NewKind: KeyKind>(
        _ name: String,
        _ kind: NewKind.Type,
        with peer: Kind.PublicKey,
        info: some DataProtocol,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> NewKind.Handle {
        try await NewKind.Handle(deriveKey(name, spec: kind.spec(options), with: peer, info: info))
    }

    /// The same, with a kind of key that is chosen at run time.
    public func deriveKey(
        _ name: String, spec: KeySpec, with peer: Kind.PublicKey, info: some DataProtocol
    ) async throws(ParsecError) -> AnyKey {
        try await deriveKey(name, spec: spec, with: peer.data.psaRepresentation, info: info)
    }
}
