/// A hash function, as a type: `HMAC<SHA256>`.
public protocol HashFunction: Sendable {
    /// What the contracts call it.
    static var contract: Contract.Hash { get }
    /// How many bytes its hashes have.
    static var byteCount: Int { get }
}

/// SHA-256 (FIPS 180-4).
public enum SHA256: HashFunction {
    /// What the contracts call it.
    public static let contract = Contract.Hash.sha256
    /// How many bytes its hashes have.
    public static let byteCount = 32
}

/// SHA-384 (FIPS 180-4).
public enum SHA384: HashFunction {
    /// What the contracts call it.
    public static let contract = Contract.Hash.sha384
    /// How many bytes its hashes have.
    public static let byteCount = 48
}

/// SHA-512 (FIPS 180-4).
public enum SHA512: HashFunction {
    /// What the contracts call it.
    public static let contract = Contract.Hash.sha512
    /// How many bytes its hashes have.
    public static let byteCount = 64
}
