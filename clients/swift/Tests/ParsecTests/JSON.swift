import Foundation

/// A JSON value.
enum JSON: Sendable, Equatable, Codable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            if let whole = Int64(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    subscript(_ member: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[member]
    }

    var string: String? {
        if case .text(let value) = self { value } else { nil }
    }

    var int: Int? {
        if case .number(let value) = self { Int(exactly: value) } else { nil }
    }

    var strings: [String]? {
        if case .list(let values) = self { values.compactMap(\.string) } else { nil }
    }

    /// Whether this value contains `part`: objects member by member, other values by equality.
    func contains(_ part: JSON) -> Bool {
        if case .object(let parts) = part, case .object(let members) = self {
            return parts.allSatisfy { name, value in members[name]?.contains(value) ?? (value == .null) }
        }
        if case .list(let parts) = part, case .list(let values) = self {
            return parts.count == values.count && zip(values, parts).allSatisfy { $0.contains($1) }
        }
        return self == part
    }

    /// Converts bytes from `{"text": …}` to `{"hex": …}`.
    var withHex: JSON {
        switch self {
        case .list(let values): .list(values.map(\.withHex))
        case .object(let members):
            if members.count == 1, let text = members["text"]?.string {
                .object(["hex": .text(Data(text.utf8).hex)])
            } else {
                .object(members.mapValues(\.withHex))
            }
        default: self
        }
    }
}

extension Data {
    /// Lower-case hexadecimal digits.
    var hex: String { map { String(format: "%02x", $0) }.joined() }

    /// Decodes pairs of hexadecimal digits; `nil` if the text is malformed.
    init?(hex: String) {
        guard hex.utf8.count.isMultiple(of: 2) else { return nil }
        var bytes = [UInt8]()
        bytes.reserveCapacity(hex.utf8.count / 2)
        var high: UInt8?
        for digit in hex.utf8 {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
            if let first = high {
                bytes.append(first << 4 | UInt8(value))
                high = nil
            } else {
                high = UInt8(value)
            }
        }
        self.init(bytes)
    }
}

private struct Bytes: Codable {
    var hex: String?
    var text: String?
}

/// Decodes the format of the contracts' examples: bytes are `{"hex": …}` or `{"text": …}`.
func contractDecoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dataDecodingStrategy = .custom { decoder in
        let bytes = try Bytes(from: decoder)
        if let text = bytes.text { return Data(text.utf8) }
        guard let data = bytes.hex.flatMap(Data.init(hex:)) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no bytes"))
        }
        return data
    }
    return decoder
}

/// Encodes this format, with `{"hex": …}`.
func contractEncoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.dataEncodingStrategy = .custom { data, encoder in
        try Bytes(hex: data.hex, text: nil).encode(to: encoder)
    }
    return encoder
}

/// No operation has that name.
struct UnknownOperation: Error {
    let name: String
}

/// The name in the contracts.
func json(_ value: some Encodable) throws -> JSON {
    try JSONDecoder().decode(JSON.self, from: contractEncoder().encode(value))
}
