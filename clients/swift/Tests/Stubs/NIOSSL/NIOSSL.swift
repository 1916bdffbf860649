// Declarations of swift-nio-ssl that the TLS sample uses; see NIOCore.
public import NIOCore

/// A signature scheme of TLS 1.3 (RFC 8446, section 4.2.3).
public struct SignatureAlgorithm: RawRepresentable, Hashable, Sendable {
    /// The number of the scheme.
    public var rawValue: UInt16

    /// Creates a scheme from its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// ECDSA on P-256 over SHA-256.
    public static let ecdsaSecp256R1Sha256 = SignatureAlgorithm(rawValue: 0x0403)
}

/// A private key outside this library.
public protocol NIOSSLCustomPrivateKey: Sendable {
    /// The schemes of the key.
    var signatureAlgorithms: [SignatureAlgorithm] { get }
    /// Signs a message, which is not hashed.
    func sign(channel: any Channel, algorithm: SignatureAlgorithm, data: ByteBuffer) -> EventLoopFuture<ByteBuffer>
    /// Decrypts without padding.
    func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer>
}

/// A private key.
public final class NIOSSLPrivateKey: Sendable {
    /// The key.
    public let custom: any NIOSSLCustomPrivateKey

    /// Creates a private key from one outside this library.
    public init<Key: NIOSSLCustomPrivateKey & Hashable>(customPrivateKey: Key) { custom = customPrivateKey }
}

/// The source of a private key.
public enum NIOSSLPrivateKeySource: Sendable {
    /// A key.
    case privateKey(NIOSSLPrivateKey)
}

/// A certificate.
public final class NIOSSLCertificate: Sendable {
    /// Reads the certificates of a file.
    public static func fromPEMFile(_ path: String) throws -> [NIOSSLCertificate] { [NIOSSLCertificate()] }
}

/// The source of a certificate.
public enum NIOSSLCertificateSource: Sendable {
    /// A certificate.
    case certificate(NIOSSLCertificate)
}

/// The trusted authorities.
public enum NIOSSLTrustRoots: Sendable {
    /// The authorities in a file.
    case file(String)
}

/// The settings of TLS connections.
public struct TLSConfiguration: Sendable {
    /// The certificates of this side.
    public var certificateChain: [NIOSSLCertificateSource] = []
    /// The private key of this side.
    public var privateKey: NIOSSLPrivateKeySource?
    /// The trusted authorities.
    public var trustRoots: NIOSSLTrustRoots?

    /// The settings of a client.
    public static func makeClientConfiguration() -> TLSConfiguration { TLSConfiguration() }
}
