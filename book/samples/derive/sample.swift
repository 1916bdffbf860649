import Foundation
import Parsec

let parsec = try await Client.connect()
let master = try await parsec.getOrGenerate("master", HKDF<SHA256>.self)
// The same each time.
let session = try await master.deriveBytes(info: Data("session 7".utf8), outputByteCount: 16)
// Stays in the service.
let alice = try await master.deriveKey("alice", AES.GCM.self, info: Data("vault of alice".utf8))
let box = try await alice.seal(Data("secret".utf8))
print(session.count, box.combined.count)
