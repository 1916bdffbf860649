/// A kind of key for authentication codes.
public protocol MACKind: KeyKind {
    /// The usual name.
    static var name: String { get }

    /// Whether the algorithm of a key's policy is of this kind.
    static func fits(_ algorithm: Contract.Mac) -> Bool
}

/// Authentication codes with HMAC (RFC 2104): `HMAC<SHA256>`.
public enum HMAC<Function: HashFunction>: MACKind {
    /// The handle of such a key.
    public typealias Key = MACKey<HMAC<Function>>
    /// The handle that `generate` returns.
    public typealias Handle = MACKey<HMAC<Function>>

    /// The usual name.
    public static var name: String { "HMAC-\(Function.contract.rawValue.uppercased())" }

    /// Whether the algorithm of a key's policy is of this kind.
    public static func fits(_ algorithm: Contract.Mac) -> Bool {
        switch algorithm {
        case .fullLength(.hmac(let hash)), .truncated(.hmac(let hash), _): hash == Function.contract
        default: false
        }
    }
}

/// A key that computes and verifies authentication codes: `HMAC<SHA256>.Key`.
public struct MACKey<Kind: MACKind>: Key {
    /// The handle for a key of any kind.
    public let anyKey: AnyKey

    /// Creates the handle for a key of this kind.
    public init(_ key: AnyKey) throws(ParsecError) {
        var fits = false
        if case .mac(let algorithm) = key.attributes.keyPolicy.keyAlgorithm { fits = Kind.fits(algorithm) }
        try key.check(.mac, fits, "key for \(Kind.name)")
        anyKey = key
    }
}
