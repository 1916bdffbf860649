import Foundation

/// DER of ECDSA signatures: a sequence of two non-negative numbers (RFC 3279, section 2.2.3).
enum SignatureNumbers {
    private static let sequence: UInt8 = 0x30
    private static let integer: UInt8 = 0x02
    /// The largest length that DER encodes in one byte.
    private static let short = 0x7f
    private static let oneByte: UInt8 = 0x81

    /// Encodes the two halves of `raw`.
    static func write(_ raw: [UInt8]) -> Data {
        let half = raw.count / 2
        let inside = number(raw[..<half]) + number(raw[half...])
        return Data([sequence] + length(inside.count) + inside)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var shortest = Array(bytes.drop { $0 == 0 })
        // A number without bytes is zero; one with the high bit set would be negative.
        if shortest.first.map({ $0 & 0x80 != 0 }) ?? true { shortest.insert(0, at: 0) }
        return [integer] + length(shortest.count) + shortest
    }

    private static func length(_ count: Int) -> [UInt8] {
        count <= short ? [UInt8(count)] : [oneByte, UInt8(count)]
    }

    /// Decodes two numbers of `half` bytes each; `nil` unless the encoding is that of ``write(_:)``.
    static func read(_ der: [UInt8], half: Int) -> Data? {
        var rest = der[...]
        guard let inside = element(sequence, &rest), rest.isEmpty else { return nil }
        var numbers = inside
        guard let r = element(integer, &numbers), let s = element(integer, &numbers), numbers.isEmpty else {
            return nil
        }
        guard let r = padded(r, half), let s = padded(s, half) else { return nil }
        let raw = r + s
        // DER permits only the shortest encoding.
        return write(raw) == Data(der) ? Data(raw) : nil
    }

    private static func element(_ tag: UInt8, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.popFirst() == tag, var count = rest.popFirst().map(Int.init) else { return nil }
        if count == Int(oneByte) {
            guard let long = rest.popFirst() else { return nil }
            count = Int(long)
        } else if count > short {
            return nil
        }
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func padded(_ number: ArraySlice<UInt8>, _ half: Int) -> [UInt8]? {
        let digits = number.drop { $0 == 0 }
        guard digits.count <= half else { return nil }
        return [UInt8](repeating: 0, count: half - digits.count) + digits
    }
}
