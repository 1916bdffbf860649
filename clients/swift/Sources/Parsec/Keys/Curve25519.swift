public import Foundation

/// Curve25519: signatures with Ed25519, agreement with X25519.
public enum Curve25519 {
    /// What stands before a key in a `SubjectPublicKeyInfo` (RFC 8410, section 4); the last byte of
    /// the identifier tells the two apart.
    private static func prefix(_ last: UInt8) -> Data {
        Data([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, last, 0x03, 0x21, 0x00])
    }

    /// Signatures with Ed25519 (RFC 8032).
    public enum Signing: SigningKind {
        /// What generating gives.
        public typealias Handle = PrivateKey
        /// What importing a public key gives.
        public typealias VerifyingHandle = VerifyingKey

        /// How the service is told.
        public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("ed25519", options: options) }

        /// A key pair whose private half stays in the service.
        public struct PrivateKey: SigningKey {
            /// What its signatures are: 64 bytes.
            public typealias Signature = Data

            /// The same as a key of any kind.
            public let anyKey: AnyKey
            /// The public half.
            public let publicKey: PublicKey

            /// The handle for a key that signs with Ed25519.
            public init(_ key: AnyKey) throws(ParsecError) {
                let fits = key.attributes.keyType == .eccKeyPair(curveFamily: .twistedEdwards)
                try key.check(.signing, fits && key.attributes.keyBits == 255, "key that signs with Ed25519")
                anyKey = key
                publicKey = try PublicKey(key.knownPublicKey())
            }
        }

        /// Somebody's public key that the service verifies with.
        public struct VerifyingKey: Parsec.VerifyingKey {
            /// What its signatures are: 64 bytes.
            public typealias Signature = Data

            /// The same as a key of any kind.
            public let anyKey: AnyKey
            /// The public key.
            public let publicKey: PublicKey

            /// The handle for a key that verifies with Ed25519.
            public init(_ key: AnyKey) throws(ParsecError) {
                let fits = key.attributes.keyType == .eccPublicKey(curveFamily: .twistedEdwards)
                try key.check(.verifying, fits && key.attributes.keyBits == 255, "key that verifies with Ed25519")
                anyKey = key
                publicKey = try PublicKey(key.knownPublicKey())
            }
        }

        /// The public half.
        public struct PublicKey: PublicKeyRepresentation {
            /// The key in all its forms.
            public let data: PublicKeyData

            /// Takes a key for Ed25519.
            public init(_ data: PublicKeyData) throws(ParsecError) {
                guard data.keyType == .eccPublicKey(curveFamily: .twistedEdwards), data.bits == 255 else {
                    throw .invalid("the public key is one of \(data.description), not of Ed25519")
                }
                self.data = data
            }

            /// Reads 32 bytes (RFC 8032, section 5.1.5).
            public init(rawRepresentation raw: some DataProtocol) throws(ParsecError) {
                try self.init(derRepresentation: prefix(0x70) + Data(raw))
            }

            /// 32 bytes (RFC 8032, section 5.1.5).
            public var rawRepresentation: Data { data.psaRepresentation }
        }
    }

    /// Agreement on secrets with X25519 (RFC 7748).
    public enum KeyAgreement: AgreementKind {
        /// What ``KeySpec`` calls such keys.
        public static let specName = "x25519"
        /// The family that the contracts put the curve into.
        public static let family = Contract.EccFamily.montgomery
        /// Bits of the curve's field.
        public static let bits = 255

        /// A public key from its form in the PSA Crypto API, 32 bytes.
        public static func publicKey(psaRepresentation raw: Data) throws(ParsecError) -> PublicKey {
            try PublicKey(rawRepresentation: raw)
        }

        /// The public half.
        public struct PublicKey: PublicKeyRepresentation {
            /// The key in all its forms.
            public let data: PublicKeyData

            /// Takes a key for X25519.
            public init(_ data: PublicKeyData) throws(ParsecError) {
                guard data.keyType == .eccPublicKey(curveFamily: .montgomery), data.bits == 255 else {
                    throw .invalid("the public key is one of \(data.description), not of X25519")
                }
                self.data = data
            }

            /// Reads 32 bytes (RFC 7748, section 5).
            public init(rawRepresentation raw: some DataProtocol) throws(ParsecError) {
                try self.init(derRepresentation: prefix(0x6e) + Data(raw))
            }

            /// 32 bytes (RFC 7748, section 5).
            public var rawRepresentation: Data { data.psaRepresentation }
        }
    }
}
