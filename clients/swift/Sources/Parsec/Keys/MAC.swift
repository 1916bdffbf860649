/// A kind of key for authentication codes.
public protocol MACKind: KeyKind {
    /// What people call it.
    static var name: String { get }

    /// Whether a key's policy says so.
    static func fits(_ algorithm: Contract.Mac) -> Bool
}

/// Authentication codes with HMAC (RFC 2104): `HMAC<SHA256>`.
public enum HMAC<Function: HashFunction>: MACKind {
    /// What one has of such a key.
    public typealias Key = MACKey<HMAC<Function>>
    /// What generating gives.
    public typealias Handle = MACKey<HMAC<Function>>

    /// What people call it.
    public static var name: String { "HMAC-\(Function.contract.rawValue.uppercased())" }

    /// Whether a key's policy says so.
    public static func fits(_ algorithm: Contract.Mac) -> Bool {
        switch algorithm {
        case .fullLength(.hmac(let hash)), .truncated(.hmac(let hash), _): hash == Function.contract
        default: false
        }
    }

    /// How the service is told.
    public static func spec(_ options: KeyOptions) -> KeySpec {
        var options = options
        options.hash = Function.contract
        return KeySpec("hmac", options: options)
    }
}

/// A key that makes and checks authentication codes: `HMAC<SHA256>.Key`.
public struct MACKey<Kind: MACKind>: Key {
    /// The same as a key of any kind.
    public let anyKey: AnyKey

    /// The handle for a key of this kind.
    public init(_ key: AnyKey) throws(ParsecError) {
        var fits = false
        if case .mac(let algorithm) = key.attributes.keyPolicy.keyAlgorithm { fits = Kind.fits(algorithm) }
        try key.check(.mac, fits, "key for \(Kind.name)")
        anyKey = key
    }
}
