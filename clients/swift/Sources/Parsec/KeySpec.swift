import ParsecBinding

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
        var spec = options.native
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
