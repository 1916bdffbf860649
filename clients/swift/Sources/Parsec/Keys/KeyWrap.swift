extension AES {
    /// Key wrapping, to transfer keys between hosts (RFC 3394 and RFC 5649).
    public enum KeyWrap: KeyKind {
        /// The handle that `generate` returns.
        public typealias Handle = Key

        /// Describes a key of this kind.
        public static func spec(_ options: KeyOptions) -> KeySpec { KeySpec("aes-key-wrap", options: options) }

        /// A key that wraps other keys.
        public struct Key: Parsec.Key {
            /// The handle for a key of any kind.
            public let anyKey: AnyKey

            /// Creates the handle for a key that wraps other keys.
            public init(_ key: AnyKey) throws(ParsecError) {
                try key.check(.wrapping, true, "key that wraps other keys")
                anyKey = key
            }
        }
    }
}
