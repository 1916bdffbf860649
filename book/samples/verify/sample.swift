import Foundation
import Parsec

let parsec = try await Client.connect()
func file(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: name)) }

let pem = String(decoding: try file("friend.pem"), as: UTF8.self)
let publicKey = try P256.Signing.PublicKey(pemRepresentation: pem)
let friend = try await parsec.importPublicKey("friend", P256.Signing.self, publicKey)
let signature = try P256.Signing.ECDSASignature(derRepresentation: file("friend.sig"))
let valid = try await friend.isValidSignature(signature, for: file("letter.txt"))
print(valid ? "the letter is from my friend" : "it is not")
