/// A variant of a union in JSON: its name alone, or an object of that one name.
struct Variant {
    /// The variant's name.
    let name: String
    private let inside: KeyedDecodingContainer<Name>?
    private let path: [any CodingKey]

    /// A key of any name.
    struct Name: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
        init(stringLiteral value: String) { stringValue = value }
    }

    init(from decoder: any Decoder) throws {
        path = decoder.codingPath
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            (self.name, inside) = (name, nil)
            return
        }
        let object = try decoder.container(keyedBy: Name.self)
        guard let key = object.allKeys.first, object.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: path, debugDescription: "a variant is a name, or an object of one name"))
        }
        (name, inside) = (key.stringValue, object)
    }

    /// Decodes the value of the variant.
    func value<T: Decodable>(_ type: T.Type) throws -> T {
        guard let inside else { throw lacking("its value") }
        return try inside.decode(type, forKey: Name(stringValue: name))
    }

    /// Decodes a field of the variant.
    func field<T: Decodable>(_ field: String, _ type: T.Type) throws -> T {
        guard let inside else { throw lacking(field) }
        let fields = try inside.nestedContainer(keyedBy: Name.self, forKey: Name(stringValue: name))
        return try fields.decode(type, forKey: Name(stringValue: field))
    }

    /// The error for a name that the type does not have.
    func unknown(_ type: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: path, debugDescription: "\(type) has no variant \"\(name)\""))
    }

    private func lacking(_ what: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: path, debugDescription: "\"\(name)\" lacks \(what)"))
    }

    static func encode(_ name: String, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    static func encode(_ name: String, value: some Encodable, to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Name.self)
        try object.encode(value, forKey: Name(stringValue: name))
    }

    static func fields(_ name: String, in encoder: any Encoder) -> KeyedEncodingContainer<Name> {
        var object = encoder.container(keyedBy: Name.self)
        return object.nestedContainer(keyedBy: Name.self, forKey: Name(stringValue: name))
    }
}
