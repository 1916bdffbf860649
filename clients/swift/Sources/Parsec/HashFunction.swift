/// A hash function, as a type: `HMAC<SHA256>`.
public protocol HashFunction: Sendable {
    /// The hash function in the contracts.
    static var contract: Contract.Hash { get }
    /// Length of its hashes in bytes.
    static var byteCount: Int { get }
}
