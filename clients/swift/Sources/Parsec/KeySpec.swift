import ParsecBinding

/// A use of a new key that only some providers support.
public enum KeyUse: Sendable, Hashable, CaseIterable {
    /// Streams: data of any length, in pieces.
    case streams
    /// Wrapping: the key is wrapped by another key, for which it must be exportable, or wraps other keys.
    case wrapping

    var native: ParsecBinding.KeyUse {
        switch self {
        case .streams: .streams
        case .wrapping: .wrapping
        }
    }
}

/// Options of a new key.
public struct KeyOptions: Sendable, Hashable {
    /// Size in bits, for kinds with several sizes: RSA, AES-GCM.
    public var bits: Int?
    /// Hash function. The default depends on the kind.
    public var hash: Contract.Hash?
    /// Padding of RSA signatures.
    public var padding: RSA.Padding
    /// Whether the key can be exported or wrapped. If not, it never leaves its provider.
    public var isExportable: Bool
    /// Whether the key can be copied within its provider.
    public var isCopyable: Bool
    /// The provider of the key. The default is the provider that the client selects.
    public var provider: Provider?
    /// Uses that the provider of the key must support.
    public var uses: Set<KeyUse>

    /// Creates options; those that are omitted have their defaults.
    public init(
        bits: Int? = nil,
        hash: Contract.Hash? = nil,
        padding: RSA.Padding = .pss,
        isExportable: Bool = false,
        isCopyable: Bool = false,
        provider: Provider? = nil,
        uses: Set<KeyUse> = []
    ) {
        self.bits = bits
        self.hash = hash
        self.padding = padding
        self.isExportable = isExportable
        self.isCopyable = isCopyable
        self.provider = provider
        self.uses = uses
    }
}

/// A key that is described at run time, for example by a configuration file.
public struct KeySpec: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        case named(String)
        case attributes(Contract.KeyAttributes)
    }

    let form: Form
    /// Options besides the kind.
    public var options: KeyOptions

    /// Describes a key by the name of its kind, one of ``names``. The name contains the size, such as
    /// `rsa-2048`; ``KeyOptions/bits`` is ignored.
    public init(_ name: String, options: KeyOptions = KeyOptions()) {
        form = .named(name)
        self.options = options
    }

    /// Describes a key by its attributes.
    public init(attributes: Contract.KeyAttributes, provider: Provider? = nil) {
        form = .attributes(attributes)
        options = KeyOptions(provider: provider)
    }

    /// The names of all key kinds.
    public static var names: [String] { ParsecBinding.specNames() }

    var native: ParsecBinding.NativeSpec {
        var spec = ParsecBinding.NativeSpec(
            hash: options.hash?.native,
            pkcs1: options.padding == .pkcs1v15,
            exportable: options.isExportable,
            copyable: options.isCopyable,
            provider: options.provider?.native,
            uses: options.uses.map(\.native)
        )
        switch form {
        case .named(let name): spec.name = name
        case .attributes(let attributes): spec.attributes = attributes.native
        }
        return spec
    }
}

/// A key kind, such as `P256.Signing`, with the type of its handle.
public protocol KeyKind: Sendable {
    /// The handle of such a key.
    associatedtype Handle: Key

    /// Describes a key of this kind.
    static func spec(_ options: KeyOptions) -> KeySpec
}

/// A kind of signing key.
public protocol SigningKind: KeyKind where Handle: SigningKey {
    /// The public key.
    associatedtype PublicKey: PublicKeyRepresentation
    /// The handle of an imported public key of another party.
    associatedtype VerifyingHandle: VerifyingKey
}
