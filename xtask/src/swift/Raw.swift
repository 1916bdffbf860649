// The minimal hand-written code that generated Swift needs. The package's own hand-written code uses
// the real contracts, which the hostile ones lack.
import ParsecBinding

public struct Raw: Sendable {
    let caller: Caller

    func provider(_ named: Provider?) async throws(ParsecError) -> Provider {
        named ?? Provider.allCases[0]
    }

    struct Caller: Sendable {
        let native: ParsecBinding.NativeRaw

        func run<T: Sendable>(
            _ work: @escaping @Sendable (ParsecBinding.NativeRaw) async throws -> T
        ) async throws(ParsecError) -> T {
            do {
                return try await work(native)
            } catch {
                fatalError("it is compiled and never run")
            }
        }
    }
}
