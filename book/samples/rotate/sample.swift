import Foundation
import Parsec

let parsec = try await Client.connect()
let token = Data("token".utf8)
let old = try await parsec.getOrGenerate("tokens-2026")
let signature = try await old.signature(for: token)

// The new key signs from now on.
let new = try await parsec.getOrGenerate("tokens-2027")
print(try await new.isValidSignature(new.signature(for: token), for: token))
// Old signatures still verify.
print(try await old.isValidSignature(signature, for: token))

try await old.delete()  // when no data depends on it any more
