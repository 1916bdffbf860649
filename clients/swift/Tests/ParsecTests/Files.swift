import Foundation
import Parsec

/// The files of cases.
enum Files {
    static let providers: [Provider] = [.software, .pkcs11, .tpm, .secondPkcs11]
    static let families: [Provider: String] = [
        .software: "software", .pkcs11: "pkcs11", .tpm: "tpm", .secondPkcs11: "pkcs11",
    ]

    private static let folder = URL(filePath: #filePath)
        .appending(path: "../../../../../tests/conformance").standardizedFileURL

    static let cases: [JSON] = {
        let names = FileManager.default.enumerator(atPath: folder.appending(path: "cases").path())
        let files = (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".json") }.sorted()
        return files.flatMap { name -> [JSON] in
            guard case .list(let cases) = read(JSON.self, "cases/\(name)")["cases"] else { return [] }
            return cases
        }
    }()

    static let specs = read([String: [Contract.KeyAttributes]].self, "specs.json")

    /// Why a case fails, by its id and its provider's number.
    static let knownFailing: [String: String] = {
        let file = folder.appending(path: "known-failing/swift.txt")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [:] }
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let words = line.split(separator: " ", maxSplits: 2).map(String.init)
                return ("\(words[0]) \(words[1])", words[2])
            })
    }()

    private static func read<T: Decodable>(_ type: T.Type, _ name: String) -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
        } catch {
            fatalError("\(name): \(error)")
        }
    }
}

/// The services that `cargo xtask test` has started.
enum Services {
    /// One with a TPM and tokens, whose callers say their names.
    static let devices = variable("PARSEC_TEST_DEVICES")

    /// Whether there is one on its embedded default, which clients find by themselves.
    static let isDefaultThere = variable("PARSEC_SERVICE_ENDPOINT") != nil

    static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
