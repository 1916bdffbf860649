import Foundation
import Parsec

let parsec = try await Client.connect()
let vault = try await parsec.getOrGenerate("vault", AES.GCM.self)
let context = Data("letter 7".utf8)
let box = try await vault.seal(Data("secret".utf8), authenticating: context)
let opened = try await vault.open(box, authenticating: context)
// Nonce, ciphertext and tag.
print(box.combined.count, String(decoding: opened, as: UTF8.self))
