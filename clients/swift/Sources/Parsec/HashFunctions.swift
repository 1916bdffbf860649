/// A hash function, as a type: `HMAC<SHA256>`.
public protocol HashFunction: Sendable {
    /// The hash function in the contracts.
    static var contract: Contract.Hash { get }
    /// Length of its hashes in bytes.
    static var byteCount: Int { get }
}

/// SHA-256 (FIPS 180-4).
public enum SHA256: HashFunction {
    /// The hash function in the contracts.
    public static let contract = Contract.Hash.sha256
    /// Length of its hashes in bytes.
    public static let byteCount = 32
}

/// SHA-384 (FIPS 180-4).
public enum SHA384: HashFunction {
    /// The hash function in the contracts.
    public static let contract = Contract.Hash.sha384
    /// Length of its hashes in bytes.
    public static let byteCount = 48
}

/// SHA-512 (FIPS 180-4).
public enum SHA512: HashFunction {
    /// The hash function in the contracts.
    public static let contract = Contract.Hash.sha512
    /// Length of its hashes in bytes.
    public static let byteCount = 64
}
