import ParsecBinding

/// A key that is described at run time, for example by a configuration file.
public struct KeySpec: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        /// A name, which contains the size.
        case named(String)
        /// A kind: its default name, its names by size, and its hash function if the kind fixes that.
        case kind(String, sizes: [Int: String], hash: Contract.Hash?)
        case attributes(Contract.KeyAttributes)
    }

    let form: Form
    /// Options besides the kind.
    public var options: KeyOptions

    /// Describes a key by the name of its kind, one of ``names``. The name contains the size, such as
    /// `rsa-2048`: ``KeyOptions/bits`` must be `nil`.
    public init(_ name: String, options: KeyOptions = KeyOptions()) {
        form = .named(name)
        self.options = options
    }

    /// Describes a key of a kind that is a type.
    init(kind name: String, sizes: [Int: String] = [:], hash: Contract.Hash? = nil, options: KeyOptions) {
        form = .kind(name, sizes: sizes, hash: hash)
        self.options = options
    }

    /// Describes a key by its attributes, which contain the size: ``KeyOptions/bits`` must be `nil`.
    public init(attributes: Contract.KeyAttributes, provider: Provider? = nil) {
        form = .attributes(attributes)
        options = KeyOptions(provider: provider)
    }

    /// The names of all key kinds.
    public static var names: [String] { ParsecBinding.specNames() }

    /// The record of the binding.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` for an option that the key cannot have.
    var native: ParsecBinding.NativeSpec {
        get throws(ParsecError) {
            var spec = options.native
            switch form {
            case .named(let name):
                if options.bits != nil { throw .invalid("bits: the name \(name) determines the size; omit bits") }
                spec.name = name
            case .kind(let name, let sizes, let hash):
                spec.name = try Self.name(ofSize: options.bits, sizes, name)
                if let hash, let other = options.hash, other != hash {
                    throw .invalid("hash: the type of the key has \(hash.rawValue), not \(other.rawValue)")
                }
                if let hash { spec.hash = hash.native }
            case .attributes(let attributes):
                if options.bits != nil { throw .invalid("bits: the attributes determine the size; omit bits") }
                spec.attributes = attributes.native
            }
            return spec
        }
    }

    private static func name(
        ofSize bits: Int?, _ sizes: [Int: String], _ kind: String
    ) throws(ParsecError) -> String {
        guard let bits else { return kind }
        if let name = sizes[bits] { return name }
        if sizes.isEmpty { throw .invalid("bits: keys of the kind \(kind) have no choice of size; omit bits") }
        let all = sizes.keys.sorted().map(String.init).joined(separator: " or ")
        throw .invalid("bits: keys of the kind \(kind) have \(all) bits, not \(bits)")
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
