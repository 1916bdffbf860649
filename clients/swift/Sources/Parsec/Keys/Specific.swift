extension AnyKey {
    /// The handle for the kind of the key, such as a `P256.Signing.PrivateKey`. A key of a kind that this
    /// package does not know is returned as ``AnyKey``.
    ///
    /// ```swift
    /// if let signer = try await parsec.open("web-tls").specific as? any SigningKey {
    ///     print(signer.name)
    /// }
    /// ```
    public var specific: any Key {
        for kind in Self.handles {
            if let key = try? kind.init(self) { return key }
        }
        return self
    }
}
