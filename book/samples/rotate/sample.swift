import Foundation
import Parsec

let parsec = try await Client.connect()
let token = Data("token".utf8)
let old = try await parsec.getOrGenerate("tokens-2026")
let signature = try await old.signature(for: token)

// From now on this one signs.
let new = try await parsec.getOrGenerate("tokens-2027")
print(try await new.isValidSignature(new.signature(for: token), for: token))
// What the old one has signed can still be checked.
print(try await old.isValidSignature(signature, for: token))

try await old.delete()  // once nothing of it is in use any more
