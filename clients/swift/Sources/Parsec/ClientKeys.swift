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

    init(native: ParsecBinding.KeyInfo) {
        name = native.name
        provider = UInt8(exactly: native.providerId).flatMap(Provider.init(rawValue:))
        attributes = Contract.KeyAttributes(native: native.attributes)
    }
}

extension Client {
    /// Generates a key that expires at a time, unless it is deleted before.
    ///
    /// - Throws: ``ParsecError/notSupported(_:)`` if the service or its provider does not support keys
    ///   that expire.
    public func generateTemporary<Kind: KeyKind>(
        _ name: String,
        _ kind: Kind.Type = P256.Signing.self,
        options: KeyOptions = KeyOptions(),
        expiringAt time: Date
    ) async throws -> Kind.Handle {
        guard let seconds = UInt64(exactly: time.timeIntervalSince1970.rounded(.down)) else {
            throw ParsecError.invalid("time: must be after 1970")
        }
        let spec = kind.spec(options)
        return try await Kind.Handle(
            make { native in
                try await native.generateVolatile(
                    name: name, spec: spec.native, lifetime: .expiresAt(time: seconds))
            })
    }

    /// Runs a call of the binding.
    func run<T: Sendable>(
        _ work: @escaping @Sendable (ParsecBinding.NativeClient) async throws -> T
    ) async throws -> T {
        let native = native
        return try await Calls.run { try await work(native) }
    }

    /// Like ``run(_:)``, for a call that creates a key.
    func make(
        _ work: @escaping @Sendable (ParsecBinding.NativeClient) async throws -> ParsecBinding.NativeKey
    ) async throws -> AnyKey {
        AnyKey(native: try await run(work))
    }
}
