public import Foundation

/// Curve25519: signatures with Ed25519, key agreement with X25519.
public enum Curve25519 {
    /// Signatures with Ed25519 (RFC 8032).
    public enum Signing: SigningKind {
        /// The handle that `generate` returns.
        public typealias Handle = PrivateKey
        /// The handle that `importPublicKey` returns.
        public typealias VerifyingHandle = VerifyingKey

        /// A key pair whose private half stays in the service.
        public struct PrivateKey: SigningKey {
            /// A signature of 64 bytes.
            public typealias Signature = Data

            /// The handle for a key of any kind.
            public let anyKey: AnyKey
            /// The public key.
            public let publicKey: PublicKey

            /// Creates the handle for a key that signs with Ed25519.
            public init(_ key: AnyKey) throws(ParsecError) {
                let fits = key.attributes.keyType == .eccKeyPair(curveFamily: .twistedEdwards)
                try key.check(.signing, fits && key.attributes.keyBits == 255, "key that signs with Ed25519")
                anyKey = key
                publicKey = try PublicKey(key.knownPublicKey())
            }
        }

        /// The public key of another party, with which the service verifies signatures.
        public struct VerifyingKey: Parsec.VerifyingKey {
            /// A signature of 64 bytes.
            public typealias Signature = Data

            /// The handle for a key of any kind.
            public let anyKey: AnyKey
            /// The public key.
            public let publicKey: PublicKey

            /// Creates the handle for a key that verifies with Ed25519.
            public init(_ key: AnyKey) throws(ParsecError) {
                let fits = key.attributes.keyType == .eccPublicKey(curveFamily: .twistedEdwards)
                try key.check(.verifying, fits && key.attributes.keyBits == 255, "key that verifies with Ed25519")
                anyKey = key
                publicKey = try PublicKey(key.knownPublicKey())
            }
        }

        /// The public key.
        public struct PublicKey: PublicKeyRepresentation {
            /// The key in all its formats.
            public let data: PublicKeyData

            /// Creates a public key for Ed25519.
            public init(_ data: PublicKeyData) throws(ParsecError) {
                guard data.keyType == .eccPublicKey(curveFamily: .twistedEdwards), data.bits == 255 else {
                    throw .invalid("the public key is for \(data.description), not for Ed25519")
                }
                self.data = data
            }

            /// Reads 32 bytes (RFC 8032, section 5.1.5).
            public init(rawRepresentation raw: some DataProtocol) throws(ParsecError) {
                try self.init(
                    PublicKeyData(psaRepresentation: Data(raw), .eccPublicKey(curveFamily: .twistedEdwards), bits: 255))
            }

            /// 32 bytes (RFC 8032, section 5.1.5).
            public var rawRepresentation: Data { data.psaRepresentation }
        }
    }

    /// Key agreement with X25519 (RFC 7748).
    public enum KeyAgreement: AgreementKind {
        /// The family that the contracts put the curve into.
        public static let family = Contract.EccFamily.montgomery
        /// Size of the curve's field in bits.
        public static let bits = 255

        /// The public key.
        public struct PublicKey: PublicKeyRepresentation {
            /// The key in all its formats.
            public let data: PublicKeyData

            /// Creates a public key for X25519.
            public init(_ data: PublicKeyData) throws(ParsecError) {
                guard data.keyType == .eccPublicKey(curveFamily: .montgomery), data.bits == 255 else {
                    throw .invalid("the public key is for \(data.description), not for X25519")
                }
                self.data = data
            }

            /// Reads 32 bytes (RFC 7748, section 5).
            public init(rawRepresentation raw: some DataProtocol) throws(ParsecError) {
                try self.init(
                    PublicKeyData(psaRepresentation: Data(raw), .eccPublicKey(curveFamily: .montgomery), bits: 255))
            }

            /// 32 bytes (RFC 7748, section 5).
            public var rawRepresentation: Data { data.psaRepresentation }
        }
    }
}
