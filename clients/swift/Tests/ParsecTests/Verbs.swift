import Foundation
import Parsec

/// A step that is malformed or has a wrong result.
struct BadStep: Error {
    let reason: String
}

/// The error for a key of another role than the step needs.
private func wrong(_ what: String) -> ParsecError {
    .invalidArgument(ErrorDetail(message: "not a \(what) key"))
}

/// A step, with bytes in hexadecimal.
struct Step: Sendable {
    let json: JSON
    let provider: Provider

    var verb: String { json["do"]?.string ?? "" }

    func text(_ member: String) throws -> String {
        guard let text = json[member]?.string else { throw BadStep(reason: "\(member) is missing") }
        return text
    }

    func int(_ member: String) throws -> Int {
        guard let number = json[member]?.int else { throw BadStep(reason: "\(member) is missing") }
        return number
    }

    func bytes(_ member: String) throws -> Data {
        guard let data = Data(hex: try text(member)) else { throw BadStep(reason: "\(member) is not hexadecimal") }
        return data
    }

    func bytesOrNone(_ member: String) throws -> Data {
        json[member] == nil ? Data() : try bytes(member)
    }

    /// PEM as text (also malformed PEM for negative cases), or the saved bytes of PEM.
    func pem() throws -> String {
        let pem = try text("pem")
        return Data(hex: pem).map { String(decoding: $0, as: UTF8.self) } ?? pem
    }

    func spec() throws -> KeySpec {
        guard let spec = json["spec"] else { throw BadStep(reason: "spec is missing") }
        if let name = spec.string { return KeySpec(name) }
        let hash = try spec["hash"]?.string.map { name in
            guard let hash = Contract.Hash(rawValue: name) else { throw BadStep(reason: "unknown hash \(name)") }
            return hash
        }
        let options = KeyOptions(
            hash: hash,
            padding: spec["pkcs1"] == .bool(true) ? .pkcs1v15 : nil,
            isExportable: spec["exportable"] == .bool(true),
            isCopyable: spec["copyable"] == .bool(true)
        )
        return KeySpec(spec["name"]?.string ?? "", options: options)
    }

    /// The bytes in pieces, if the step has a size of pieces.
    func pieces(_ member: String) throws -> AsyncStream<Data>? {
        guard let size = json["pieces"]?.int else { return nil }
        let whole = try bytes(member)
        return AsyncStream { continuation in
            for start in stride(from: 0, to: whole.count, by: size) {
                continuation.yield(whole[start..<min(start + size, whole.count)])
            }
            continuation.finish()
        }
    }
}

/// Runs a step with the public API, and returns its result.
func perform(_ step: Step, _ parsec: Client) async throws -> Data? {
    switch step.verb {
    case "generate": _ = try await parsec.generate(step.text("key"), spec: step.spec())
    case "get-or-generate": _ = try await parsec.getOrGenerate(step.text("key"), spec: step.spec())
    case "import": _ = try await parsec.importKey(step.text("key"), spec: step.spec(), pemRepresentation: step.pem())
    case "import-public":
        _ = try await parsec.importPublicKey(step.text("key"), spec: step.spec(), pemRepresentation: step.pem())
    case "import-bytes":
        _ = try await parsec.importKey(step.text("key"), spec: step.spec(), rawRepresentation: step.bytes("material"))
    case "open":
        let role = try await parsec.open(step.text("key")).role.rawValue
        guard try role == step.text("role") else { throw BadStep(reason: "the role of the key is \(role)") }
    case "list":
        let names = try await parsec.keys().map(\.name).sorted()
        guard names == step.json["names"]?.strings else { throw BadStep(reason: "the names are \(names)") }
    case "attributes":
        let attributes = try await json(parsec.open(step.text("key")).attributes)
        guard let match = step.json["match"], attributes.contains(match) else {
            throw BadStep(reason: "the attributes are \(attributes)")
        }
    case "random":
        let count = try step.int("count")
        let random = try await parsec.randomBytes(count: count)
        guard random.count == count else { throw BadStep(reason: "\(random.count) bytes") }
        return random
    case "hash":
        let name = try step.text("algorithm")
        guard let function = Contract.Hash(rawValue: name) else { throw BadStep(reason: "unknown hash \(name)") }
        if let pieces = try step.pieces("message") { return try await parsec.hash(pieces: pieces, with: function) }
        return try await parsec.hash(step.bytes("message"), with: function)
    case "raw": return try await raw(step, parsec)
    default: return try await perform(step, parsec.open(step.text("key")))
    }
    return nil
}

private func raw(_ step: Step, _ parsec: Client) async throws -> Data? {
    let input = try JSONEncoder().encode(step.json["input"] ?? .object([:]))
    let answer = try await parsec.raw.call(step.text("operation"), input, on: step.provider)
    let output = try JSONDecoder().decode(JSON.self, from: answer)
    if let wanted = step.json["output"]?.withHex, !output.contains(wanted) {
        throw BadStep(reason: "the output is \(output)")
    }
    guard let field = step.json["field"]?.string else { return nil }
    return output[field]?["hex"]?.string.flatMap(Data.init(hex:))
}

/// Runs a step with a key that is opened by its name.
private func perform(_ step: Step, _ key: AnyKey) async throws -> Data? {
    switch step.verb {
    case "public": return try await publicKey(of: key, form: step.json["form"]?.string)
    case "sign", "sign-hash": return try await signature(step, by: key.specific)
    case "verify", "verify-hash":
        guard let verifier = key.specific as? any VerifyingKey else { throw wrong("verifying") }
        try must(await isValid(step, verifier))
    case "encrypt", "decrypt": return try await symmetric(step, key.specific)
    case "encrypt-to", "decrypt-from":
        let key = try RSA.Encryption.PrivateKey(key)
        let label = try step.bytesOrNone("label")
        return step.verb == "encrypt-to"
            ? try await key.encrypt(step.bytes("plaintext"), label: label)
            : try await key.decrypt(step.bytes("ciphertext"), label: label)
    case "mac", "verify-mac":
        guard let key = key.specific as? any MACHandle else { throw wrong("mac") }
        return try await key.perform(step)
    case "derive-bytes":
        guard let key = key.specific as? any DerivationHandle else { throw wrong("derivation") }
        return try await key.derived(step)
    case "derive-key":
        guard let key = key.specific as? any DerivationHandle else { throw wrong("derivation") }
        try await key.deriveKey(step)
    case "agree":
        guard let key = key.specific as? any AgreementHandle else { throw wrong("agreement") }
        try await key.agree(step)
    case "export": return try await key.exportSecret()
    case "copy": _ = try await key.copy(as: step.text("new"))
    case "rename": try await key.rename(to: step.text("new"))
    case "delete": try await key.delete()
    case "wrap": return try await AES.KeyWrap.Key(key).wrap(step.text("target"))
    case "unwrap":
        _ = try await AES.KeyWrap.Key(key).unwrap(step.bytes("wrapped"), as: step.text("new"), spec: step.spec())
    default: throw BadStep(reason: "unknown verb \(step.verb)")
    }
    return nil
}

private func must(_ matches: Bool) throws {
    if !matches { throw ParsecError.invalidSignature(ErrorDetail(message: "it does not match")) }
}

private func publicKey(of key: AnyKey, form: String?) async throws -> Data {
    if let key = key.specific as? any AgreementHandle { return try await key.publicBytes() }
    guard let data = key.publicKey else { throw wrong("public") }
    switch form {
    case "der": return data.derRepresentation
    case "pem": return Data(data.pemRepresentation.utf8)
    default: return data.psaRepresentation
    }
}

private func signature(_ step: Step, by key: any Key) async throws -> Data {
    guard let signer = key as? any SigningKey else { throw wrong("signing") }
    func sign<S: SigningKey>(_ signer: S) async throws -> Data {
        let signature =
            step.verb == "sign"
            ? try await signer.signature(for: step.bytes("message"))
            : try await signer.signature(forDigest: step.bytes("hash"))
        return signature.rawRepresentation
    }
    return try await sign(signer)
}

private func isValid<V: VerifyingKey>(_ step: Step, _ verifier: V) async throws -> Bool {
    let signature = try V.Signature(rawRepresentation: step.bytes("signature"))
    return step.verb == "verify"
        ? try await verifier.isValidSignature(signature, for: step.bytes("message"))
        : try await verifier.isValidSignature(signature, forDigest: step.bytes("hash"))
}

private func symmetric(_ step: Step, _ key: any Key) async throws -> Data {
    guard let key = key as? any SymmetricHandle else { throw wrong("symmetric") }
    return step.verb == "encrypt" ? try await key.encrypt(step) : try await key.decrypt(step)
}

/// Returns the whole output.
private func all(_ pieces: ProcessedData<AsyncStream<Data>>) async throws -> Data {
    var whole = Data()
    for try await piece in pieces { whole.append(piece) }
    return whole
}

private protocol SymmetricHandle {
    func encrypt(_ step: Step) async throws -> Data
    func decrypt(_ step: Step) async throws -> Data
}

extension SealingKey: SymmetricHandle {
    /// Length of nonce and tag.
    private var overhead: Int { 28 }
    private var isCCM: Bool { Kind.algorithm == .ccm }

    fileprivate func encrypt(_ step: Step) async throws -> Data {
        let data = try step.bytesOrNone("context")
        guard let pieces = try step.pieces("plaintext") else {
            return try await seal(step.bytes("plaintext"), authenticating: data).combined
        }
        let count = isCCM ? UInt64(try step.bytes("plaintext").count) : nil
        return try await all(seal(pieces: pieces, authenticating: data, byteCount: count))
    }

    fileprivate func decrypt(_ step: Step) async throws -> Data {
        let data = try step.bytesOrNone("context")
        guard let pieces = try step.pieces("ciphertext") else {
            return try await open(SealedBox(combined: step.bytes("ciphertext")), authenticating: data)
        }
        let count = isCCM ? UInt64(max(0, try step.bytes("ciphertext").count - overhead)) : nil
        return try await all(open(pieces: pieces, authenticating: data, byteCount: count))
    }
}

private protocol MACHandle {
    func perform(_ step: Step) async throws -> Data?
}

extension MACKey: MACHandle {
    fileprivate func perform(_ step: Step) async throws -> Data? {
        let pieces = try step.pieces("message")
        if step.verb == "mac" {
            if let pieces { return try await authenticationCode(forPieces: pieces) }
            return try await authenticationCode(for: step.bytes("message"))
        }
        let code = try step.bytes("code")
        if let pieces {
            try must(await isValidAuthenticationCode(code, authenticatingPieces: pieces))
        } else {
            try must(await isValidAuthenticationCode(code, authenticating: step.bytes("message")))
        }
        return nil
    }
}

private protocol DerivationHandle {
    func derived(_ step: Step) async throws -> Data
    func deriveKey(_ step: Step) async throws
}

extension DerivationKey: DerivationHandle {
    fileprivate func derived(_ step: Step) async throws -> Data {
        try await deriveBytes(info: step.bytes("info"), outputByteCount: step.int("length"))
    }

    fileprivate func deriveKey(_ step: Step) async throws {
        _ = try await deriveKey(step.text("new"), spec: step.spec(), info: step.bytes("info"))
    }
}

private protocol AgreementHandle {
    func agree(_ step: Step) async throws
    func publicBytes() async throws -> Data
}

extension AgreementKey: AgreementHandle {
    fileprivate func agree(_ step: Step) async throws {
        let (peer, info) = (try step.bytes("peer"), try step.bytes("info"))
        _ = try await deriveKey(step.text("new"), spec: step.spec(), with: peer, info: info)
    }

    fileprivate func publicBytes() async throws -> Data {
        try await exportPublic()
    }
}
