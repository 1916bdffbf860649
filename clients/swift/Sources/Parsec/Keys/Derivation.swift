public import Foundation

/// Derivation of bytes and keys from a secret with HKDF (RFC 5869): `HKDF<SHA256>`.
public enum HKDF<Function: HashFunction>: KeyKind {
    /// What one has of such a secret.
    public typealias Key = DerivationKey<Function>
    /// What generating gives.
    public typealias Handle = DerivationKey<Function>

    /// How the service is told.
    public static func spec(_ options: KeyOptions) -> KeySpec {
        var options = options
        // What it is by itself needs no saying.
        options.hash = Function.contract == .sha256 ? nil : Function.contract
        return KeySpec("hkdf", options: options)
    }
}

/// A secret from which bytes and keys are derived: `HKDF<SHA256>.Key`.
public struct DerivationKey<Function: HashFunction>: Key {
    /// The same as a key of any kind.
    public let anyKey: AnyKey

    /// The handle for a secret of this kind.
    public init(_ key: AnyKey) throws(ParsecError) {
        let fits = key.attributes.keyPolicy.keyAlgorithm == .keyDerivation(.hkdf(hashAlg: Function.contract))
        try key.check(.derivation, fits, "secret for HKDF with \(Function.contract.rawValue.uppercased())")
        anyKey = key
    }

    /// Derives bytes, which leave the service.
    ///
    /// - Parameter info: what they are for; other information gives other bytes.
    public func deriveBytes(info: some DataProtocol, outputByteCount: Int) async throws(ParsecError) -> Data {
        guard let count = UInt32(exactly: outputByteCount) else {
            throw .invalid("outputByteCount: must be from 0 to \(UInt32.max), not \(outputByteCount)")
        }
        let info = Data(info)
        return try await anyKey.run { native in try await native.deriveBytes(info: info, length: count) }
    }

    /// Derives a key, which never leaves the service.
    ///
    /// ```swift
    /// let backup = try await master.deriveKey("backup", AES.GCM.self, info: Data("backups".utf8))
    /// ```
    ///
    /// - Parameter info: what it is for; other information gives another key.
    public func deriveKey<Kind: KeyKind>(
        _ name: String, _ kind: Kind.Type, info: some DataProtocol, options: KeyOptions = KeyOptions()
    ) async throws(ParsecError) -> Kind.Handle {
        try await Kind.Handle(deriveKey(name, spec: kind.spec(options), info: info))
    }

    /// Derives a key that is described at run time.
    public func deriveKey(_ name: String, spec: KeySpec, info: some DataProtocol) async throws(ParsecError) -> AnyKey {
        let info = Data(info)
        return try await anyKey.make { native in
            try await native.deriveKey(info: info, name: name, spec: spec.native)
        }
    }
}
