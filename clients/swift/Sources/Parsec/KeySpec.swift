import ParsecBinding

/// What a new key will be used for that only some providers can do.
public enum KeyUse: Sendable, Hashable, CaseIterable {
    /// Data in pieces, however long it is.
    case streams
    /// Being encrypted under another key, for which it must be exportable; or encrypting other keys.
    case wrapping

    var native: ParsecBinding.KeyUse {
        switch self {
        case .streams: .streams
        case .wrapping: .wrapping
        }
    }
}

/// What may be said of a new key besides its kind.
public struct KeyOptions: Sendable, Hashable {
    /// The size, for kinds that have several: RSA, AES-GCM.
    public var bits: Int?
    /// Another hash function than the kind has by itself.
    public var hash: Contract.Hash?
    /// How RSA pads what it signs.
    public var padding: RSA.Padding
    /// Whether the key may be exported, or wrapped. Without this it never leaves its provider.
    public var isExportable: Bool
    /// Whether the key may be copied within its provider.
    public var isCopyable: Bool
    /// The provider to keep it, whatever the client would choose.
    public var provider: Provider?
    /// What it will be used for, so that a provider keeps it that can do that.
    public var uses: Set<KeyUse>

    /// Takes what is to be otherwise.
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

/// What a new key shall be, said at run time: for configurations and the like.
public struct KeySpec: Sendable, Hashable {
    enum What: Sendable, Hashable {
        case named(String)
        case attributes(Contract.KeyAttributes)
    }

    let what: What
    /// All else.
    public var options: KeyOptions

    /// The kind of that name, one of ``names``. The size is in the name, such as `rsa-2048`;
    /// ``KeyOptions/bits`` does not count.
    public init(_ name: String, options: KeyOptions = KeyOptions()) {
        what = .named(name)
        self.options = options
    }

    /// A key with exactly these attributes.
    public init(attributes: Contract.KeyAttributes, provider: Provider? = nil) {
        what = .attributes(attributes)
        options = KeyOptions(provider: provider)
    }

    /// The names of the kinds that there are.
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
        switch what {
        case .named(let name): spec.name = name
        case .attributes(let attributes): spec.attributes = attributes.native
        }
        return spec
    }
}

/// A kind of key, such as `P256.Signing`: it says what is made, and the type of its handle.
public protocol KeyKind: Sendable {
    /// What one has of such a key.
    associatedtype Handle: Key

    /// How the service is told.
    static func spec(_ options: KeyOptions) -> KeySpec
}

/// A kind of key that signs.
public protocol SigningKind: KeyKind where Handle: SigningKey {
    /// Its public half, as plain data.
    associatedtype PublicKey: PublicKeyRepresentation
    /// What one has of somebody's public key that the service verifies with.
    associatedtype VerifyingHandle: VerifyingKey
}
