public import Foundation
import ParsecBinding

/// One key of the list that ``Client/keys()`` gives.
public struct KeyEntry: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Where it lives; `nil` for a provider that is newer than this client.
    public let provider: Provider?
    /// Its type, size and policy.
    public let attributes: Contract.KeyAttributes
}

extension Client {
    /// The keys of this application, on all providers.
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

    /// Makes a key: one that signs with ECDSA on P-256 unless said otherwise. It is made by the
    /// first provider that can, hardware before software.
    ///
    /// ```swift
    /// let vault = try await parsec.generate("vault", AES.GCM.self)
    /// let big = try await parsec.generate("big", RSA.Signing.self, options: .init(bits: 4096))
    /// ```
    ///
    /// - Throws: ``ParsecError/keyExists(_:)`` if the name is taken, ``ParsecError/notSupported(_:)``
    ///   if no provider makes such keys.
    public func generate<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(generate(name, spec: kind.spec(options)))
    }

    /// Makes a key that is described at run time.
    public func generate(_ name: String, spec: KeySpec) async throws(ParsecError) -> AnyKey {
        try await make { native in try await native.generate(name: name, spec: spec.native) }
    }

    /// Opens a key, or makes it where it is missing, in one step even where two callers race.
    ///
    /// - Throws: ``ParsecError/keyExists(_:)`` if there is a key of that name which is something
    ///   else, with what differs.
    public func getOrGenerate<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(getOrGenerate(name, spec: kind.spec(options)))
    }

    /// As ``getOrGenerate(_:_:options:)``, with a key that is described at run time.
    public func getOrGenerate(_ name: String, spec: KeySpec) async throws(ParsecError) -> AnyKey {
        try await make { native in try await native.getOrGenerate(name: name, spec: spec.native) }
    }

    /// Makes a key that vanishes by itself at a time, should nobody delete it before.
    ///
    /// - Throws: ``ParsecError/notSupported(_:)`` where the service or its provider has no such keys.
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

    /// Opens a key by its name; `kind` says what it has to be.
    ///
    /// ```swift
    /// let key = try await parsec.open("web-tls", P256.Signing.self)
    /// ```
    ///
    /// - Throws: ``ParsecError/keyNotFound(_:)`` if there is none, or if it is another
    ///   application's, ``ParsecError/invalidArgument(_:)`` if it is something else.
    public func open<Kind: KeyKind>(_ name: String, _ kind: Kind.Type) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(open(name))
    }

    /// Opens a key of any kind by its name; ``AnyKey/specific`` is the handle for what it is.
    ///
    /// - Throws: ``ParsecError/keyNotFound(_:)`` if there is none, or if it is another
    ///   application's.
    public func open(_ name: String) async throws(ParsecError) -> AnyKey {
        let native = native
        return AnyKey(native: try await Calls.run { try await native.open(name: name) })
    }

    /// Brings in a key pair that was made elsewhere: PEM of PKCS #8, SEC 1 or PKCS #1.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` if it is not of that kind.
    public func importKey<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        pemRepresentation pem: String,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(importKey(name, spec: kind.spec(options), pemRepresentation: pem))
    }

    /// As ``importKey(_:_:pemRepresentation:options:)``, in DER.
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

    /// Brings in a key pair that is described at run time.
    public func importKey(_ name: String, spec: KeySpec, pemRepresentation pem: String) async throws(ParsecError)
        -> AnyKey
    {
        let pem = Data(pem.utf8)
        return try await make { native in
            try await native.import(name: name, spec: spec.native, material: .pem(pem: pem))
        }
    }

    /// Brings in a key that is bytes, as the PSA Crypto API has it: of AES, HMAC and HKDF the key
    /// itself, of a key pair the private number. The size is what the bytes make it.
    public func importKey<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type,
        rawRepresentation raw: some DataProtocol,
        options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(importKey(name, spec: kind.spec(options), rawRepresentation: raw))
    }

    /// Brings in a key that is bytes, described at run time.
    public func importKey(_ name: String, spec: KeySpec, rawRepresentation raw: some DataProtocol)
        async throws(ParsecError) -> AnyKey
    {
        let raw = Data(raw)
        return try await make { native in
            try await native.importBytes(name: name, spec: spec.native, material: raw)
        }
    }

    /// Brings in somebody's public key, to verify with in the service; `kind` says which signatures.
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

    /// Brings in a public key that is described at run time.
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

    /// As ``run(changes:_:)``, for a call that makes a key.
    func make(
        _ work: @escaping @Sendable (ParsecBinding.NativeClient) async throws -> ParsecBinding.NativeKey
    ) async throws(ParsecError) -> AnyKey {
        AnyKey(native: try await run(changes: true, work))
    }
}
