import ParsecBinding

/// Every operation as the contracts have it: their names, no defaults, nothing chosen. From
/// ``Client/raw``.
///
/// An operation of a provider goes to the one that is named, or else to the client's own, or else to
/// the first of the service.
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

    /// The provider that an operation goes to.
    func provider(_ named: Provider?) async throws(ParsecError) -> Provider {
        if let provider = named ?? client.provider { return provider }
        let numbers = try await client.providers().map { UInt8(truncatingIfNeeded: $0.id) }
        guard let first = numbers.compactMap(Provider.init(rawValue:)).first(where: { $0 != .core }) else {
            throw .notSupported(ErrorDetail(message: "the service has no provider besides itself"))
        }
        return first
    }

    /// Runs one operation of the binding.
    struct Caller: Sendable {
        let native: ParsecBinding.NativeRaw

        func run<T: Sendable>(
            _ work: @escaping @Sendable (ParsecBinding.NativeRaw) async throws -> T
        ) async throws(ParsecError) -> T {
            let native = native
            return try await Calls.run(changes: true) { try await work(native) }
        }
    }
}
