// The least that generated Swift stands on: what is written by hand in the package holds much of the
// real contracts, which hostile ones have not.
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
