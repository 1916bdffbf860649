public import Foundation

/// RSA (RFC 8017).
public enum RSA {
    /// Signatures. The key has 3072 bits where the provider makes such, else 2048, unless
    /// ``KeyOptions/bits`` says 2048, 3072 or 4096.
    public enum Signing: SigningKind {
        /// The handle that `generate` returns.
        public typealias Handle = PrivateKey
        /// The handle that `importPublicKey` returns.
        public typealias VerifyingHandle = VerifyingKey
        /// The public key.
        public typealias PublicKey = RSA.PublicKey

        /// A signature.
        public struct RSASignature: SignatureRepresentation {
            /// The signature, as long as the modulus.
            public let rawRepresentation: Data

            /// Creates a signature from bytes, as many as the modulus has.
            public init(rawRepresentation: Data) { self.rawRepresentation = rawRepresentation }
        }

        /// A key pair whose private key stays in the service.
        public struct PrivateKey: SigningKey {
            /// The type of a signature.
            public typealias Signature = RSASignature

            /// The handle for a key of any kind.
            public let anyKey: AnyKey
            /// The public key.
            public let publicKey: RSA.PublicKey

            /// Creates the handle for a key that signs with RSA.
            public init(_ key: AnyKey) throws(ParsecError) {
                try key.check(.signing, key.attributes.keyType == .rsaKeyPair, "key that signs with RSA")
                anyKey = key
                publicKey = try RSA.PublicKey(key.knownPublicKey())
            }
        }

        /// The public key of another party, with which the service verifies signatures.
        public struct VerifyingKey: Parsec.VerifyingKey {
            /// The type of a signature.
            public typealias Signature = RSASignature

            /// The handle for a key of any kind.
            public let anyKey: AnyKey
            /// The public key.
            public let publicKey: RSA.PublicKey

            /// Creates the handle for a key that verifies with RSA.
            public init(_ key: AnyKey) throws(ParsecError) {
                try key.check(.verifying, key.attributes.keyType == .rsaPublicKey, "key that verifies with RSA")
                anyKey = key
                publicKey = try RSA.PublicKey(key.knownPublicKey())
            }
        }
    }

    /// Encryption of short messages with OAEP (RFC 8017, 7.1). Sizes as for ``Signing``.
    public enum Encryption: KeyKind {
        /// The handle that `generate` returns.
        public typealias Handle = PrivateKey

        /// A key pair whose private half stays in the service.
        public struct PrivateKey: Key {
            /// The handle for a key of any kind.
            public let anyKey: AnyKey
            /// The public key.
            public let publicKey: RSA.PublicKey

            /// Creates the handle for a key that decrypts with RSA.
            public init(_ key: AnyKey) throws(ParsecError) {
                try key.check(.decryption, key.attributes.keyType == .rsaKeyPair, "key that decrypts with RSA")
                anyKey = key
                publicKey = try RSA.PublicKey(key.knownPublicKey())
            }
        }
    }

    /// The public key of a key pair.
    public struct PublicKey: PublicKeyRepresentation {
        /// The key in all its formats.
        public let data: PublicKeyData

        /// Creates a public key for RSA.
        public init(_ data: PublicKeyData) throws(ParsecError) {
            guard data.keyType == .rsaPublicKey else {
                throw .invalid("the public key is for \(data.description), not for RSA")
            }
            self.data = data
        }

        /// Reads DER of PKCS #1's `RSAPublicKey`.
        public init(pkcs1DERRepresentation der: some DataProtocol) throws(ParsecError) {
            try self.init(PublicKeyData(psaRepresentation: Data(der), .rsaPublicKey, bits: 0))
        }

        /// Size of the modulus in bits.
        public var keySizeInBits: Int { data.bits }

        /// DER of PKCS #1's `RSAPublicKey`.
        public var pkcs1DERRepresentation: Data { data.psaRepresentation }
    }
}
