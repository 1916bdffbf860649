import ParsecBinding

/// A handle for a key in the service. Releasing the handle does not delete the key.
///
/// Handles are equal if they are for one key: the same name and provider, and the same ``Client`` or copies
/// of it.
public protocol Key: Sendable, Hashable, CustomStringConvertible {
    /// Creates the handle for a key.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` if the key is of another kind.
    init(_ key: AnyKey) throws(ParsecError)

    /// The handle for a key of any kind.
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

    /// The role of the key.
    public var role: KeyRole { KeyRole(rawValue: native.role()) ?? .other }

    /// The public key, for keys that have one in a known format.
    public var publicKey: PublicKeyData? { native.publicKey().map(PublicKeyData.init(native:)) }

    /// Runs a call of the binding for this key.
    func run<T: Sendable>(
        _ work: @escaping @Sendable (ParsecBinding.NativeKey) async throws -> T
    ) async throws -> T {
        let native = native
        return try await Calls.run { try await work(native) }
    }

    /// Like ``run(_:)``, for a call that creates another key.
    func make(
        _ work: @escaping @Sendable (ParsecBinding.NativeKey) async throws -> ParsecBinding.NativeKey
    ) async throws -> AnyKey {
        AnyKey(native: try await run(work))
    }

    /// Throws unless the key has this role and kind.
    func check(_ role: KeyRole, _ fits: Bool, _ kind: String) throws(ParsecError) {
        guard self.role == role, fits else {
            throw .invalid(
                "the key \"\(name)\" is \(native.description()), a \(self.role.rawValue) key, and not a \(kind)")
        }
    }
}

extension AnyKey: Hashable {
    /// Returns whether both handles are for one key.
    public static func == (one: AnyKey, other: AnyKey) -> Bool { one.native.isSame(other: other.native) }

    /// Hashes the name and the provider.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(provider)
    }
}

/// The role of a key: a group of kinds with the same methods.
public enum KeyRole: String, Sendable, Hashable, CaseIterable {
    /// Signs and verifies.
    case signing
    /// Verifies: the public key of another party.
    case verifying
    /// Encrypts and decrypts.
    case symmetric
    /// Computes and verifies authentication codes.
    case mac
    /// Decrypts messages that were encrypted with its public key.
    case decryption
    /// Derives bytes and keys.
    case derivation
    /// Agrees on secrets with peers.
    case agreement
    /// Encrypts other keys.
    case wrapping
    /// Anything else.
    case other
}

extension Key {
    /// The key's name.
    public var name: String { anyKey.native.name() }

    /// The provider of the key.
    public var provider: Provider { Provider(native: anyKey.native.provider()) }

    /// Its type, size and policy.
    public var attributes: Contract.KeyAttributes { anyKey.attributes }

    /// A description for people.
    public var description: String { "\(name) (\(anyKey.native.description()), \(provider.name))" }
}
