import Foundation
import Parsec

let parsec = try await Client.connect()
let key = try await parsec.getOrGenerate("invoices", P256.Signing.self)
let invoice = Data("invoice 7: 12 EUR".utf8)
let signature = try await key.signature(for: invoice)
let valid = try await key.isValidSignature(signature, for: invoice)
precondition(valid)
// DER, or r and s, as in CryptoKit.
print(signature.derRepresentation.count, signature.rawRepresentation.count)
