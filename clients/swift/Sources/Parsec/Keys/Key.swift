import ParsecBinding

/// A key of the service. It is a name and no resource: letting go of it deletes nothing.
public protocol Key: Sendable, CustomStringConvertible {
    /// The handle for what a key is.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` if the key is something else.
    init(_ key: AnyKey) throws(ParsecError)

    /// The same as a key of any kind.
    var anyKey: AnyKey { get }
}

/// A key of any kind.
public struct AnyKey: Key {
    let native: ParsecBinding.NativeKey
    /// Its type, size and policy.
    public let attributes: Contract.KeyAttributes

    init(native: ParsecBinding.NativeKey) {
        self.native = native
        attributes = Contract.KeyAttributes(native: native.attributes())
    }

    /// The same key.
    public init(_ key: AnyKey) { self = key }

    /// The same key.
    public var anyKey: AnyKey { self }

    /// What the key is for.
    public var role: KeyRole { KeyRole(rawValue: native.role()) ?? .other }

    /// The public half, of keys that have one in a known form.
    public var publicKey: PublicKeyData? { native.publicKey().map(PublicKeyData.init(native:)) }

    /// Runs a call of the binding for this key.
    func run<T: Sendable>(
        changes: Bool = false,
        _ work: @escaping @Sendable (ParsecBinding.NativeKey) async throws -> T
    ) async throws(ParsecError) -> T {
        let native = native
        return try await Calls.run(changes: changes) { try await work(native) }
    }

    /// As ``run(changes:_:)``, for what makes another key.
    func make(
        _ work: @escaping @Sendable (ParsecBinding.NativeKey) async throws -> ParsecBinding.NativeKey
    ) async throws(ParsecError) -> AnyKey {
        AnyKey(native: try await run(changes: true, work))
    }

    /// Fails unless the key is for that.
    func check(_ role: KeyRole, _ fits: Bool, _ kind: String) throws(ParsecError) {
        guard self.role == role, fits else {
            throw .invalid(
                "the key \"\(name)\" is \(native.description()), a \(self.role.rawValue) key, and no \(kind)")
        }
    }
}

/// What a key is for.
public enum KeyRole: String, Sendable, Hashable, CaseIterable {
    /// Signs and verifies.
    case signing
    /// Verifies: somebody's public key.
    case verifying
    /// Encrypts and decrypts.
    case symmetric
    /// Makes and checks authentication codes.
    case mac
    /// Decrypts what was encrypted to its holder.
    case decryption
    /// Derives bytes and keys.
    case derivation
    /// Agrees with others on secrets.
    case agreement
    /// Encrypts other keys.
    case wrapping
    /// Anything else.
    case other
}

extension Key {
    /// The key's name.
    public var name: String { anyKey.native.name() }

    /// Where it lives.
    public var provider: Provider { Provider(native: anyKey.native.provider()) }

    /// Its type, size and policy.
    public var attributes: Contract.KeyAttributes { anyKey.attributes }

    /// What it is, for a person.
    public var description: String { "\(name) (\(anyKey.native.description()), \(provider.name))" }
}
