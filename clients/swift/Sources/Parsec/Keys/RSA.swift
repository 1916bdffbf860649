public import Foundation

/// RSA (RFC 8017).
public enum RSA {
    /// How what is signed is padded.
    public enum Padding: Sendable, Hashable {
        /// PSS with a salt as long as the hash (RFC 8017, 8.1).
        case pss
        /// PKCS #1 version 1.5 (RFC 8017, 8.2), for those who cannot do without.
        case pkcs1v15
    }

    /// Signatures. The key has 3072 bits where the provider makes such, else 2048, unless
    /// ``KeyOptions/bits`` says 2048, 3072 or 4096.
    public enum Signing: SigningKind {
        /// What generating gives.
        public typealias Handle = PrivateKey
        /// What importing a public key gives.
        public typealias VerifyingHandle = VerifyingKey
        /// The public half.
        public typealias PublicKey = RSA.PublicKey

        /// How the service is told.
        public static func spec(_ options: KeyOptions) -> KeySpec {
            KeySpec(sized("rsa", options), options: options)
        }

        /// A signature.
        public struct RSASignature: SignatureRepresentation {
            /// As long as the modulus.
            public let rawRepresentation: Data

            /// Takes a signature, which is as long as the modulus.
            public init(rawRepresentation: Data) { self.rawRepresentation = rawRepresentation }
        }

        /// A key pair whose private half stays in the service.
        public struct PrivateKey: SigningKey {
            /// What its signatures are.
            public typealias Signature = RSASignature

            /// The same as a key of any kind.
            public let anyKey: AnyKey
            /// The public half.
            public let publicKey: RSA.PublicKey

            /// The handle for a key that signs with RSA.
            public init(_ key: AnyKey) throws(ParsecError) {
                try key.check(.signing, key.attributes.keyType == .rsaKeyPair, "key that signs with RSA")
                anyKey = key
                publicKey = try RSA.PublicKey(key.knownPublicKey())
            }
        }

        /// Somebody's public key that the service verifies with.
        public struct VerifyingKey: Parsec.VerifyingKey {
            /// What its signatures are.
            public typealias Signature = RSASignature

            /// The same as a key of any kind.
            public let anyKey: AnyKey
            /// The public key.
            public let publicKey: RSA.PublicKey

            /// The handle for a key that verifies with RSA.
            public init(_ key: AnyKey) throws(ParsecError) {
                try key.check(.verifying, key.attributes.keyType == .rsaPublicKey, "key that verifies with RSA")
                anyKey = key
                publicKey = try RSA.PublicKey(key.knownPublicKey())
            }
        }
    }

    /// Short messages that only the holder of the private key can read: OAEP (RFC 8017, 7.1). Sizes
    /// as for ``Signing``.
    public enum Encryption: KeyKind {
        /// What generating gives.
        public typealias Handle = PrivateKey

        /// How the service is told.
        public static func spec(_ options: KeyOptions) -> KeySpec {
            KeySpec(sized("rsa-oaep", options), options: options)
        }

        /// A key pair whose private half stays in the service.
        public struct PrivateKey: Key {
            /// The same as a key of any kind.
            public let anyKey: AnyKey

            /// The handle for a key that decrypts with RSA.
            public init(_ key: AnyKey) throws(ParsecError) {
                try key.check(.decryption, key.attributes.keyType == .rsaKeyPair, "key that decrypts with RSA")
                anyKey = key
            }

            /// The public half, as the service exports it.
            public var publicKey: RSA.PublicKey {
                get throws(ParsecError) { try RSA.PublicKey(anyKey.knownPublicKey()) }
            }
        }
    }

    /// The public half of a key pair.
    public struct PublicKey: PublicKeyRepresentation {
        /// The key in all its forms.
        public let data: PublicKeyData

        /// Takes a key of RSA.
        public init(_ data: PublicKeyData) throws(ParsecError) {
            guard data.keyType == .rsaPublicKey else {
                throw .invalid("the public key is one of \(data.description), not of RSA")
            }
            self.data = data
        }

        /// Bits of the modulus.
        public var keySizeInBits: Int { data.bits }

        /// DER of PKCS #1's `RSAPublicKey`.
        public var pkcs1DERRepresentation: Data { data.psaRepresentation }
    }

    private static func sized(_ name: String, _ options: KeyOptions) -> String {
        options.bits.map { "\(name)-\($0)" } ?? name
    }
}
