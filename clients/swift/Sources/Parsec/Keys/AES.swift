/// The block cipher AES (FIPS 197) in its modes.
public enum AES {
    /// Authenticated encryption with GCM (NIST SP 800-38D); 256 bits unless ``KeyOptions/bits`` says
    /// 128.
    public enum GCM: AEADKind {
        /// What one has of such a key.
        public typealias Key = SealingKey<GCM>
        /// What generating gives.
        public typealias Handle = SealingKey<GCM>
        /// What sealing gives.
        public typealias SealedBox = Parsec.SealedBox<GCM>
        /// What people call it.
        public static let name = "AES-GCM"
        /// The type of its keys.
        public static let keyType = Contract.KeyType.aes
        /// What a key's policy says.
        public static let algorithm = Contract.AeadWithDefaultLengthTag.gcm

        /// How the service is told.
        public static func spec(_ options: KeyOptions) -> KeySpec {
            KeySpec("aes-\(options.bits ?? 256)-gcm", options: options)
        }
    }

    /// Authenticated encryption with CCM (NIST SP 800-38C) and 256 bits; streams must say their
    /// length beforehand.
    public enum CCM: AEADKind {
        /// What one has of such a key.
        public typealias Key = SealingKey<CCM>
        /// What generating gives.
        public typealias Handle = SealingKey<CCM>
        /// What sealing gives.
        public typealias SealedBox = Parsec.SealedBox<CCM>
        /// What people call it.
        public static let name = "AES-CCM"
        /// The type of its keys.
        public static let keyType = Contract.KeyType.aes
        /// What a key's policy says.
        public static let algorithm = Contract.AeadWithDefaultLengthTag.ccm

        /// How the service is told.
        public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("aes-256-ccm", options: options) }
    }

    /// Authentication codes with CMAC (NIST SP 800-38B).
    public enum CMAC: KeyKind {
        /// What one has of such a key.
        public typealias Key = MACKey<CMAC>
        /// What generating gives.
        public typealias Handle = MACKey<CMAC>

        /// How the service is told.
        public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("aes-cmac", options: options) }
    }
}

extension AES.CMAC: MACKind {
    /// What people call it.
    public static let name = "AES-CMAC"

    /// Whether a key's policy says so.
    public static func fits(_ algorithm: Contract.Mac) -> Bool {
        switch algorithm {
        case .fullLength(.cmac), .truncated(.cmac, _): true
        default: false
        }
    }
}

/// Authenticated encryption with ChaCha20-Poly1305 (RFC 8439).
public enum ChaChaPoly: AEADKind {
    /// What one has of such a key.
    public typealias Key = SealingKey<ChaChaPoly>
    /// What generating gives.
    public typealias Handle = SealingKey<ChaChaPoly>
    /// What sealing gives.
    public typealias SealedBox = Parsec.SealedBox<ChaChaPoly>
    /// What people call it.
    public static let name = "ChaCha20-Poly1305"
    /// The type of its keys.
    public static let keyType = Contract.KeyType.chacha20
    /// What a key's policy says.
    public static let algorithm = Contract.AeadWithDefaultLengthTag.chacha20Poly1305

    /// How the service is told.
    public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("chacha20-poly1305", options: options) }
}
