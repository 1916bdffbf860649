import Foundation
import Testing

/// Every function of the sources uses each of its arguments: the compiler does not warn of one that is ignored.
@Suite("arguments")
struct Arguments {
    @Test("no function ignores an argument")
    func used() throws {
        let sources = Files.repository.appending(path: "clients/swift/Sources/Parsec")
        let enumerator = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in enumerator where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for function in Function.all(in: text) {
                for parameter in function.parameters {
                    count += 1
                    let isUsed = function.body.mentions(parameter.name) || function.body.mentions(parameter.metatype)
                    // `CodingKey` requires it, and the keys are texts.
                    let isKnown = parameter.name == "intValue"
                    #expect(isUsed || isKnown, "\(file.lastPathComponent): \(function.name) ignores \(parameter.name)")
                }
            }
        }
        #expect(count > 900)
    }

    @Test("an ignored argument is found")
    func ignored() {
        let text = """
            func one(_ first: Int, with second: some Sequence<Int> = []) -> Int {
                first
            }
            func two(third: Int)
            init(_ kind: NewKind.Type, other: Int) { NewKind(other) }
            """
        let functions = Function.all(in: text)
        #expect(functions.map(\.name) == ["func one", "init"])
        #expect(functions.map { $0.parameters.map(\.name) } == [["first", "second"], ["kind", "other"]])
        #expect(!functions[0].body.mentions("second") && functions[1].body.mentions("NewKind"))
    }
}

/// A function with a body, as far as its text shows.
private struct Function {
    let name: String
    let parameters: [(name: String, metatype: String?)]
    let body: Substring

    static func all(in text: String) -> [Function] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let code = lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
        let heads = code.matches(of: /(?m)^[ ]*(?:@?\w+ )*(func [\w`]+|init)(?:<[^>]*>)?\??\(/)
        return heads.compactMap { head in
            guard let (parameters, after) = code.enclosed(by: "(", ")", from: head.range.upperBound) else { return nil }
            // A requirement of a protocol ends with its line.
            let rest = code[after...]
            let signature = rest.prefix { $0 != "{" }
            let lines = signature.split(separator: "\n", omittingEmptySubsequences: false)
            let isContinued = lines.dropFirst().allSatisfy { $0.contains("where ") }
            guard signature.endIndex < code.endIndex, isContinued else { return nil }
            let begin = code.index(after: signature.endIndex)
            guard let (body, _) = code.enclosed(by: "{", "}", from: begin) else { return nil }
            return Function(name: String(head.output.1), parameters: names(parameters), body: body)
        }
    }

    /// The names of parameters within the function, each with its type if that is a metatype.
    private static func names(_ parameters: Substring) -> [(name: String, metatype: String?)] {
        parameters.matches(of: /(?:^|,|\n)\s*(?:[\w`]+\s+)?([\w`]+):\s*(?:([\w.]+)\.Type)?/).map { found in
            (String(found.output.1.replacing("`", with: "")), found.output.2.map(String.init))
        }
    }
}

extension String {
    /// The text up to the mark that closes the one before `start`, and the index after that mark.
    fileprivate func enclosed(
        by open: Character, _ close: Character, from start: Index
    ) -> (Substring, Index)? {
        var depth = 1
        var index = start
        while index < endIndex {
            if self[index] == open { depth += 1 }
            if self[index] == close { depth -= 1 }
            if depth == 0 { return (self[start..<index], self.index(after: index)) }
            index = self.index(after: index)
        }
        return nil
    }
}

extension Substring {
    /// Whether the text contains the word.
    fileprivate func mentions(_ word: String?) -> Bool {
        guard let word else { return false }
        return ranges(of: word).contains { range in
            let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : " "
            let after = range.upperBound < endIndex ? self[range.upperBound] : " "
            return ![before, after].contains { $0.isLetter || $0.isNumber || $0 == "_" }
        }
    }
}
