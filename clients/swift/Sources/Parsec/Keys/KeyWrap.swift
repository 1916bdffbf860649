extension AES {
    /// Encryption of keys, to take them from host to host: RFC 3394 and RFC 5649.
    public enum KeyWrap: KeyKind {
        /// What generating gives.
        public typealias Handle = Key

        /// How the service is told.
        public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("aes-key-wrap", options: options) }

        /// A key that encrypts other keys.
        public struct Key: Parsec.Key {
            /// The same as a key of any kind.
            public let anyKey: AnyKey

            /// The handle for a key that wraps.
            public init(_ key: AnyKey) throws(ParsecError) {
                try key.check(.wrapping, true, "key that encrypts keys")
                anyKey = key
            }
        }
    }
}
