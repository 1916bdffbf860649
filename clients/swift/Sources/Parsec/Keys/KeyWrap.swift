public import Foundation

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

            /// Encrypts a key of this application that was made exportable.
            ///
            /// - Throws: ``ParsecError/notPermitted(_:)`` if that key must not leave its provider.
            public func wrap(_ name: String) async throws(ParsecError) -> Data {
                try await anyKey.run { native in try await native.wrap(name: name) }
            }

            /// Decrypts a key and keeps it under a name.
            ///
            /// - Throws: ``ParsecError/invalidSignature(_:)`` if it was wrapped by another key, or
            ///   changed.
            public func unwrap<Kind: KeyKind>(
                _ wrapped: some DataProtocol, as name: String, _ kind: Kind.Type, options: KeyOptions = KeyOptions()
            ) async throws(ParsecError) -> Kind.Handle {
                try await Kind.Handle(unwrap(wrapped, as: name, spec: kind.spec(options)))
            }

            /// Decrypts a key that is described at run time.
            public func unwrap(
                _ wrapped: some DataProtocol, as name: String, spec: KeySpec
            ) async throws(ParsecError) -> AnyKey {
                let wrapped = Data(wrapped)
                return try await anyKey.make { native in
                    try await native.unwrapKey(wrapped: wrapped, name: name, spec: spec.native)
                }
            }
        }
    }
}
