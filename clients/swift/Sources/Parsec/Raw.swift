import ParsecBinding

/// Every operation with the names of the wire protocol and without defaults. From ``Client/raw``.
///
/// An operation of a provider uses the given provider, or else the provider of the client, or else
/// the first provider of the service.
///
/// ```swift
/// let answer = try await parsec.raw.psaGenerateRandom(.init(size: 16), provider: .software)
/// print(answer.randomBytes)
/// ```
public struct Raw: Sendable {
    let client: Client
    let caller: Caller

    init(client: Client) {
        self.client = client
        caller = Caller(native: client.native.raw())
    }

    /// Returns the provider of an operation.
    func provider(_ named: Provider?) async throws -> Provider {
        if let provider = named ?? client.provider { return provider }
        let numbers = try await client.providers().map { UInt8(truncatingIfNeeded: $0.id) }
        guard let first = numbers.compactMap(Provider.init(rawValue:)).first(where: { $0 != .core }) else {
            throw ParsecError.notSupported(ErrorDetail(message: "the service has no provider for keys"))
        }
        return first
    }

    /// Runs one operation of the binding.
    struct Caller: Sendable {
        let native: ParsecBinding.NativeRaw

        func run<T: Sendable>(
            _ work: @escaping @Sendable (ParsecBinding.NativeRaw) async throws -> T
        ) async throws -> T {
            let native = native
            return try await Calls.run { try await work(native) }
        }
    }
}
