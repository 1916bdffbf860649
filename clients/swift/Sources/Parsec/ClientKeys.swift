public import Foundation
import ParsecBinding

/// An entry of the list of keys that ``Client/keys()`` returns.
public struct KeyEntry: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The provider of the key; `nil` for a provider that this client does not know.
    public let provider: Provider?
    /// Its type, size and policy.
    public let attributes: Contract.KeyAttributes
}

extension Client {
    /// Returns the keys of this application, of all providers.
    public func keys() async throws(ParsecError) -> [KeyEntry] {
        let native = native
        let found = try await Calls.run { try await native.keys() }
        return found.map(Contract.KeyInfo.init(native:)).map { info in
            KeyEntry(
                name: info.name,
                provider: UInt8(exactly: info.providerId).flatMap(Provider.init(rawValue:)),
                attributes: info.attributes
            )
        }
    }

    /// Generates a key, by default for ECDSA with P-256, with the first provider that supports it,
    /// hardware before software.
    ///
    /// ```swift
    /// let vault = try await parsec.generate("vault", AES.GCM.self)
    /// let big = try await parsec.generate("big", RSA.Signing.self, options: .init(bits: 4096))
    /// ```
    ///
    /// - Throws: ``ParsecError/keyExists(_:)`` if a key has this name, ``ParsecError/notSupported(_:)``
    ///   if no provider supports such keys.
    public func generate<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(generate(name, spec: kind.spec(options)))
    }

    /// Generates a key that is described at run time.
    public func generate(_ name: String, spec: KeySpec) async throws(ParsecError) -> AnyKey {
        try await make { native in try await native.generate(name: name, spec: spec.native) }
    }

    /// Opens the key of this name, or generates it if there is no such key. Concurrent calls all get the
    /// same key.
    ///
    /// - Throws: ``ParsecError/keyExists(_:)`` if the key of this name has other attributes; the error
    ///   lists the differences.
    public func getOrGenerate<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(getOrGenerate(name, spec: kind.spec(options)))
    }

    /// Like ``getOrGenerate(_:_:options:)``, for a key that is described at run time.
    public func getOrGenerate(_ name: String, spec: KeySpec) async throws(ParsecError) -> AnyKey {
        try await make { native in try await native.getOrGenerate(name: name, spec: spec.native) }
    }

    /// Generates a key that expires at a time, unless it is deleted before.
    ///
    /// - Throws: ``ParsecError/notSupported(_:)`` if the service or its provider does not support keys
    ///   that expire.
    public func generateTemporary<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        options: KeyOptions = KeyOptions(),
        expiringAt time: Date
    ) async throws(ParsecError) -> Kind.Handle {
        guard let seconds = UInt64(exactly: time.timeIntervalSince1970.rounded(.down)) else {
            throw .invalid("time: must be after 1970")
        }
        let spec = kind.spec(options)
        return try await Kind.Handle(
            make { native in
                try await native.generateVolatile(
                    name: name, spec: spec.native, lifetime: .expiresAt(time: seconds))
            })
    }

    /// Opens a key by its name, as a key of the given kind.
    ///
    /// ```swift
    /// let key = try await parsec.open("web-tls", P256.Signing.self)
    /// ```
    ///
    /// - Throws: ``ParsecError/keyNotFound(_:)`` if this application has no key of this name,
    ///   ``ParsecError/invalidArgument(_:)`` if the key is of another kind.
    public func open<Kind: KeyKind>(_ name: String, _ kind: Kind.Type) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(open(name))
    }

    /// Opens a key of any kind by its name; ``AnyKey/specific`` is the handle for its kind.
    ///
    /// - Throws: ``ParsecError/keyNotFound(_:)`` if this application has no key of this name.
    public func open(_ name: String) async throws(ParsecError) -> AnyKey {
        let native = native
        return AnyKey(native: try await Calls.run { try await native.open(name: name) })
    }

    /// Imports a key pair from PEM (PKCS #8, SEC 1 or PKCS #1).
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` if the key is of another kind.
    public func importKey<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        pemRepresentation pem: String,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(importKey(name, spec: kind.spec(options), pemRepresentation: pem))
    }

    /// Imports a key pair from DER (PKCS #8, SEC 1 or PKCS #1).
    public func importKey<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        derRepresentation der: some DataProtocol,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        let (spec, der) = (kind.spec(options), Data(der))
        return try await Kind.Handle(
            make { native in
                try await native.import(name: name, spec: spec.native, material: .der(der: der))
            })
    }

    /// Imports a key pair that is described at run time from PEM.
    public func importKey(_ name: String, spec: KeySpec, pemRepresentation pem: String) async throws(ParsecError)
        -> AnyKey
    {
        let pem = Data(pem.utf8)
        return try await make { native in
            try await native.import(name: name, spec: spec.native, material: .pem(pem: pem))
        }
    }

    /// Imports a key from bytes in the format of the PSA Crypto API: the key itself for AES, HMAC and
    /// HKDF, the private number for a key pair. The size of the key follows from the bytes.
    public func importKey<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type,
        rawRepresentation raw: some DataProtocol,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(importKey(name, spec: kind.spec(options), rawRepresentation: raw))
    }

    /// Imports a key that is described at run time from bytes.
    public func importKey(_ name: String, spec: KeySpec, rawRepresentation raw: some DataProtocol)
        async throws(ParsecError) -> AnyKey
    {
        let raw = Data(raw)
        return try await make { native in
            try await native.importBytes(name: name, spec: spec.native, material: raw)
        }
    }

    /// Imports the public key of another party, with which the service verifies signatures.
    ///
    /// ```swift
    /// let peer = try await parsec.importPublicKey("peer", P256.Signing.self, theirPublicKey)
    /// let valid = try await peer.isValidSignature(signature, for: message)
    /// ```
    public func importPublicKey<Kind: SigningKind>(
        _ name: String,
        _ kind: Kind.Type,
        _ key: Kind.PublicKey,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.VerifyingHandle {
        try await Kind.VerifyingHandle(
            importPublicKey(name, spec: kind.spec(options), pemRepresentation: key.pemRepresentation))
    }

    /// Imports a public key that is described at run time.
    public func importPublicKey(_ name: String, spec: KeySpec, pemRepresentation pem: String) async throws(ParsecError)
        -> AnyKey
    {
        try await make { native in
            try await native.importPublic(name: name, spec: spec.native, material: .pem(pem: pem))
        }
    }

    /// Runs a call of the binding.
    func run<T: Sendable>(
        changes: Bool = false,
        _ work: @escaping @Sendable (ParsecBinding.NativeClient) async throws -> T
    ) async throws(ParsecError) -> T {
        let native = native
        return try await Calls.run(changes: changes) { try await work(native) }
    }

    /// Like ``run(changes:_:)``, for a call that creates a key.
    func make(
        _ work: @escaping @Sendable (ParsecBinding.NativeClient) async throws -> ParsecBinding.NativeKey
    ) async throws(ParsecError) -> AnyKey {
        AnyKey(native: try await run(changes: true, work))
    }
}
