import Foundation
import Parsec

let parsec = try await Client.connect()
let key = try await parsec.getOrGenerate("web-tls")
let message = Data("hello".utf8)
let signature = try await key.signature(for: message)
let valid = key.publicKey.isValidSignature(signature, for: message)
precondition(valid)  // false if it does not match
print(key.publicKey.pemRepresentation)
