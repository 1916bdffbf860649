/// An elliptic curve whose keys sign with ECDSA.
public protocol EllipticCurve: Sendable {
    /// The family of the curve in the contracts.
    static var family: Contract.EccFamily { get }
    /// Size of the curve's field in bits.
    static var bits: Int { get }
    /// The usual name.
    static var name: String { get }
    /// The DER bytes before the point in a `SubjectPublicKeyInfo` (RFC 5480, section 2).
    static var publicKeyPrefix: [UInt8] { get }
}

extension EllipticCurve {
    /// Length in bytes of a coordinate, and of each of the two numbers of a signature.
    static var byteCount: Int { (bits + 7) / 8 }
}

/// NIST's curve P-256.
public enum P256: EllipticCurve {
    /// The family of the curve in the contracts.
    public static let family = Contract.EccFamily.secpR1
    /// Size of the curve's field in bits.
    public static let bits = 256
    /// The usual name.
    public static let name = "P-256"
    /// The DER bytes before the point in a `SubjectPublicKeyInfo`.
    public static let publicKeyPrefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]
}

/// NIST's curve P-384.
public enum P384: EllipticCurve {
    /// The family of the curve in the contracts.
    public static let family = Contract.EccFamily.secpR1
    /// Size of the curve's field in bits.
    public static let bits = 384
    /// The usual name.
    public static let name = "P-384"
    /// The DER bytes before the point in a `SubjectPublicKeyInfo`.
    public static let publicKeyPrefix: [UInt8] = [
        0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00,
    ]
}

/// NIST's curve P-521.
public enum P521: EllipticCurve {
    /// The family of the curve in the contracts.
    public static let family = Contract.EccFamily.secpR1
    /// Size of the curve's field in bits.
    public static let bits = 521
    /// The usual name.
    public static let name = "P-521"
    /// The DER bytes before the point in a `SubjectPublicKeyInfo`.
    public static let publicKeyPrefix: [UInt8] = [
        0x30, 0x81, 0x9b, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23, 0x03, 0x81, 0x86, 0x00,
    ]
}

/// The curve secp256k1 (SEC 2).
public enum Secp256k1: EllipticCurve {
    /// The family of the curve in the contracts.
    public static let family = Contract.EccFamily.secpK1
    /// Size of the curve's field in bits.
    public static let bits = 256
    /// The usual name.
    public static let name = "secp256k1"
    /// The DER bytes before the point in a `SubjectPublicKeyInfo`.
    public static let publicKeyPrefix: [UInt8] = [
        0x30, 0x56, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a, 0x03, 0x42, 0x00,
    ]
}

/// The curve brainpoolP256r1 (RFC 5639).
public enum BrainpoolP256: EllipticCurve {
    /// The family of the curve in the contracts.
    public static let family = Contract.EccFamily.brainpoolPR1
    /// Size of the curve's field in bits.
    public static let bits = 256
    /// The usual name.
    public static let name = "brainpoolP256r1"
    /// The DER bytes before the point in a `SubjectPublicKeyInfo`.
    public static let publicKeyPrefix: [UInt8] = [
        0x30, 0x5a, 0x30, 0x14, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x09, 0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]
}
