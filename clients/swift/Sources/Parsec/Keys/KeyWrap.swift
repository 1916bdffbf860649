extension AES {
    /// Key wrapping, to transfer keys between hosts (RFC 3394 and RFC 5649).
    public enum KeyWrap: KeyKind {
        /// The handle that `generate` returns.
        public typealias Handle = Key

        /// A key that encrypts other keys.
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
