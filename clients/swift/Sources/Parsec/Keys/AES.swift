/// The block cipher AES (FIPS 197) in its modes.
public enum AES {
    /// Authenticated encryption with GCM (NIST SP 800-38D). The key has 256 bits by default;
    /// ``KeyOptions/bits`` can be 128.
    public enum GCM: AEADKind {
        /// The handle of such a key.
        public typealias Key = SealingKey<GCM>
        /// The handle that `generate` returns.
        public typealias Handle = SealingKey<GCM>
        /// The result of `seal`.
        public typealias SealedBox = Parsec.SealedBox<GCM>
        /// The usual name.
        public static let name = "AES-GCM"
        /// The key type in the contracts.
        public static let keyType = Contract.KeyType.aes
        /// The algorithm in a key's policy.
        public static let algorithm = Contract.AeadWithDefaultLengthTag.gcm

        /// Describes a key of this kind.
        public static func spec(_ options: KeyOptions) -> KeySpec {
            KeySpec("aes-\(options.bits ?? 256)-gcm", options: options)
        }
    }

    /// Authenticated encryption with CCM (NIST SP 800-38C) and a key of 256 bits. The length of a stream
    /// must be known before it begins.
    public enum CCM: AEADKind {
        /// The handle of such a key.
        public typealias Key = SealingKey<CCM>
        /// The handle that `generate` returns.
        public typealias Handle = SealingKey<CCM>
        /// The result of `seal`.
        public typealias SealedBox = Parsec.SealedBox<CCM>
        /// The usual name.
        public static let name = "AES-CCM"
        /// The key type in the contracts.
        public static let keyType = Contract.KeyType.aes
        /// The algorithm in a key's policy.
        public static let algorithm = Contract.AeadWithDefaultLengthTag.ccm

        /// Describes a key of this kind.
        public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("aes-256-ccm", options: options) }
    }

    /// Authentication codes with CMAC (NIST SP 800-38B).
    public enum CMAC: KeyKind {
        /// The handle of such a key.
        public typealias Key = MACKey<CMAC>
        /// The handle that `generate` returns.
        public typealias Handle = MACKey<CMAC>

        /// Describes a key of this kind.
        public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("aes-cmac", options: options) }
    }
}

extension AES.CMAC: MACKind {
    /// The usual name.
    public static let name = "AES-CMAC"

    /// Whether the algorithm of a key's policy is of this kind.
    public static func fits(_ algorithm: Contract.Mac) -> Bool {
        switch algorithm {
        case .fullLength(.cmac), .truncated(.cmac, _): true
        default: false
        }
    }
}

/// Authenticated encryption with ChaCha20-Poly1305 (RFC 8439).
public enum ChaChaPoly: AEADKind {
    /// The handle of such a key.
    public typealias Key = SealingKey<ChaChaPoly>
    /// The handle that `generate` returns.
    public typealias Handle = SealingKey<ChaChaPoly>
    /// The result of `seal`.
    public typealias SealedBox = Parsec.SealedBox<ChaChaPoly>
    /// The usual name.
    public static let name = "ChaCha20-Poly1305"
    /// The key type in the contracts.
    public static let keyType = Contract.KeyType.chacha20
    /// The algorithm in a key's policy.
    public static let algorithm = Contract.AeadWithDefaultLengthTag.chacha20Poly1305

    /// Describes a key of this kind.
    public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("chacha20-poly1305", options: options) }
}
