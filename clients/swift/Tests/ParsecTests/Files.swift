import Foundation
import Parsec

/// The files with conformance cases.
enum Files {
    static let providers: [Provider] = [.software, .pkcs11, .tpm, .secondPkcs11]
    static let families: [Provider: String] = [
        .software: "software", .pkcs11: "pkcs11", .tpm: "tpm", .secondPkcs11: "pkcs11",
    ]

    /// The folder of the workspace's `Cargo.toml`.
    static let repository =
        Services.variable("PARSEC_REPOSITORY").map { URL(filePath: $0) }
        ?? URL(filePath: #filePath).appending(path: "../../../../..").standardizedFileURL

    private static let folder = repository.appending(path: "tests/conformance")

    static let cases: [JSON] = {
        let names = FileManager.default.enumerator(atPath: folder.appending(path: "cases").path())
        let files = (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".json") }.sorted()
        return files.flatMap { name -> [JSON] in
            guard case .list(let cases) = read(JSON.self, "cases/\(name)")["cases"] else { return [] }
            return cases
        }
    }()

    static let specs = read([String: [Contract.KeyAttributes]].self, "specs.json")

    /// The reason of each known failure, by the case's id and the provider's number.
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
