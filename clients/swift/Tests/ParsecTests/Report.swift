import Foundation
import Parsec
import Synchronization

/// The results of all cases: written to the file `PARSEC_CONFORMANCE_REPORT` for the comparison of
/// languages, and to `PARSEC_JUNIT_REPORT` in JUnit's format. Swift Testing counts all cases as one
/// test, and cannot skip a test that has started.
final class Report: Sendable {
    static let shared = Report()

    private struct Outcome {
        let result: String
        let took: Duration
    }

    private let results = Mutex<[String: [String: Outcome]]>([:])

    func note(_ run: Conformance.Run, _ result: String, took: Duration) throws {
        let all = results.withLock { results in
            results["\(run.provider.rawValue)", default: [:]][run.id] = Outcome(result: result, took: took)
            return results
        }
        guard all.values.map(\.count).reduce(0, +) == Conformance.runs.count else { return }
        for (number, results) in all.sorted(by: { $0.key < $1.key }) {
            let passed = results.values.count { $0.result == "passed" }
            print("provider \(number): \(passed) passed, \(results.count - passed) not run")
        }
        if let file = Services.variable("PARSEC_CONFORMANCE_REPORT") {
            let report = JSON.object([
                "language": .text("swift"),
                "results": .object(all.mapValues { .object($0.mapValues { .text($0.result) }) }),
            ])
            try JSONEncoder().encode(report).write(to: URL(filePath: file))
        }
        if let file = Services.variable("PARSEC_JUNIT_REPORT") {
            try Data(junit(all).utf8).write(to: URL(filePath: file))
        }
    }

    private func junit(_ all: [String: [String: Outcome]]) -> String {
        var lines = ["<?xml version=\"1.0\" encoding=\"utf-8\"?>", "<testsuite name=\"conformance\">"]
        for (number, results) in all.sorted(by: { $0.key < $1.key }) {
            for (id, outcome) in results.sorted(by: { $0.key < $1.key }) {
                let took = outcome.took / .seconds(1)
                lines.append("<testcase name=\"\(escaped(id)) on \(number)\" time=\"\(took)\">")
                let parts = outcome.result.split(separator: ": ", maxSplits: 1).map(String.init)
                let reason = escaped(parts.last ?? "")
                switch parts.first {
                case "passed": break
                case "skipped", "known-failing": lines.append("<skipped message=\"\(reason)\"/>")
                default: lines.append("<failure message=\"\(reason)\"/>")
                }
                lines.append("</testcase>")
            }
        }
        lines.append("</testsuite>")
        return lines.joined(separator: "\n")
    }

    private func escaped(_ text: String) -> String {
        let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]
        return text.map { entities[$0] ?? String($0) }.joined()
    }
}
