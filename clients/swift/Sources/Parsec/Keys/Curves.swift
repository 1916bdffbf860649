/// An elliptic curve whose keys sign with ECDSA.
public protocol EllipticCurve: Sendable {
    /// The family of the curve in the contracts.
    static var family: Contract.EccFamily { get }
    /// Size of the curve's field in bits.
    static var bits: Int { get }
    /// The name of the type.
    static var name: String { get }
    /// The hash function of ``ECDSAPublicKey/isValidSignature(_:for:)``: the one of the curve's kind of key.
    static var hash: Contract.Hash { get }
}

extension EllipticCurve {
    /// Length in bytes of a coordinate, and of each of the two numbers of a signature.
    static var byteCount: Int { (bits + 7) / 8 }
}
