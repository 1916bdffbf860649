import Foundation
import Parsec
import Synchronization
import Testing

/// The conformance cases of all languages; tests/conformance/README.md defines them.
@Suite("conformance")
struct Conformance {
    /// A case on a provider.
    struct Run: Sendable, CustomTestStringConvertible {
        let found: JSON
        let provider: Provider

        var id: String { found["id"]?.string ?? "" }
        var testDescription: String { "\(id) on \(provider.rawValue)" }
    }

    static let runs: [Run] = Files.providers.flatMap { provider in
        Files.cases.map { Run(found: $0, provider: provider) }
    }

    @Test("conformance case", .serialized, arguments: runs)
    func holds(_ run: Run) async throws {
        let start = ContinuousClock.now
        do {
            let result = try await Attempt(run: run).result()
            try Report.shared.note(run, result, took: ContinuousClock.now - start)
        } catch {
            try Report.shared.note(run, "failed: \(error)", took: ContinuousClock.now - start)
            throw error
        }
    }

    @Test("there are cases")
    func thereAreCases() {
        #expect(Files.cases.count > 20)
    }
}

/// One case on one provider.
private struct Attempt {
    let run: Conformance.Run

    private var family: String { Files.families[run.provider] ?? "" }

    /// Returns `passed`, or why the case did not run.
    func result() async throws -> String {
        if let only = run.found["on"]?.strings, !only.contains(family) {
            return "skipped: only on \(only.joined(separator: ", "))"
        }
        if run.found["not-on"]?.strings?.contains(family) == true {
            await expectFailure("not-supported") { try await steps() }
            return "skipped: not on \(family)"
        }
        if let missing = try await unmet() { return "skipped: needs \(missing)" }
        guard let reason = Files.knownFailing["\(run.id) \(run.provider.rawValue)"] else {
            try await steps()
            return "passed"
        }
        do {
            try await steps()
        } catch {
            return "known-failing: \(reason)"
        }
        throw BadStep(reason: "a case of the known-failing list passes: remove its line")
    }

    private func client(as name: String, on provider: Provider) async throws -> Client {
        let application = "\(name)-\(run.id)-\(run.provider.rawValue)"
        let endpoint = try Services.devices.get().endpoint
        let client = try await Client.connect(.init(endpoint: endpoint, application: application))
        return provider == .core ? client : client.with(provider: provider)
    }

    /// Returns the first need that the provider does not meet.
    private func unmet() async throws -> String? {
        let parsec = try await client(as: "web", on: run.provider)
        for need in run.found["needs"]?.strings ?? [] {
            let parts = need.split(separator: ":", maxSplits: 1).map(String.init)
            let (what, name) = (parts[0], parts.count > 1 ? parts[1] : "")
            let met =
                what == "opcode"
                ? try await parsec.operations(of: run.provider).contains(name)
                : try await can(parsec, what, Files.specs[name] ?? [])
            if !met { return need }
        }
        return nil
    }

    private func can(_ parsec: Client, _ what: String, _ choices: [Contract.KeyAttributes]) async throws -> Bool {
        guard let check = Contract.CheckType(rawValue: what) else { throw BadStep(reason: "unknown need \(what)") }
        for attributes in choices {
            let request = Raw.CanDoCryptoRequest(checkType: check, attributes: attributes)
            do {
                try await parsec.raw.canDoCrypto(request, provider: run.provider)
                return true
            } catch ParsecError.notSupported {
                continue
            }
        }
        return false
    }

    /// Runs the steps, and throws the first failure.
    private func steps() async throws {
        guard case .list(let steps) = run.found["steps"] else { throw BadStep(reason: "there are no steps") }
        var saved: [String: Data] = [:]
        for (at, step) in steps.enumerated() {
            do {
                try await take(step, &saved)
            } catch let error as BadStep {
                throw BadStep(reason: "step \(at + 1), \(step["do"]?.string ?? ""): \(error.reason)")
            }
        }
    }

    private func take(_ step: JSON, _ saved: inout [String: Data]) async throws {
        let provider =
            try step["on"]?.string.map { name in
                guard let provider = Provider.allCases.first(where: { $0.name == name }) else {
                    throw BadStep(reason: "there is no provider \(name)")
                }
                return provider
            } ?? run.provider
        let parsec = try await client(as: step["as"]?.string ?? "web", on: provider)
        let filled = try step.filled(saved)
        let answer: Data?
        do {
            answer = try await perform(Step(json: filled, provider: provider), parsec)
        } catch let error as ParsecError {
            if error.kind == step["fails"]?.string { return }
            throw error
        }
        if let fails = step["fails"]?.string { throw BadStep(reason: "succeeded, expected the error \(fails)") }
        if let wanted = filled["is"]?.string, answer?.hex != wanted {
            throw BadStep(reason: "the result is \(answer?.hex ?? "nothing"), not \(wanted)")
        }
        if let unwanted = filled["is-not"]?.string, answer?.hex == unwanted {
            throw BadStep(reason: "the result is \(unwanted)")
        }
        if let name = step["save"]?.string {
            guard let answer else { throw BadStep(reason: "no result to save") }
            saved[name] = answer
        }
    }
}

extension JSON {
    /// Replaces `$name` with the saved value, and expands repeated bytes.
    fileprivate func filled(_ saved: [String: Data]) throws -> JSON {
        switch self {
        case .text(let text) where text.hasPrefix("$"):
            guard let data = saved[String(text.dropFirst())] else { throw BadStep(reason: "no step has saved \(text)") }
            return .text(data.hex)
        case .list(let values): return .list(try values.map { try $0.filled(saved) })
        case .object(let members):
            if let unit = members["repeat"]?.string, let times = members["times"]?.int {
                return .text(String(repeating: unit, count: times))
            }
            return .object(try members.mapValues { try $0.filled(saved) })
        default: return self
        }
    }
}
