import Foundation
import Parsec

let parsec = try await Client.connect()
let backup = try await parsec.getOrGenerate("backup", AES.KeyWrap.self)  // encrypts other keys
let exportable = KeyOptions(isExportable: true, uses: [.wrapping])
let archive = try await parsec.getOrGenerate("archive", AES.GCM.self, options: exportable)
let box = try await archive.seal(Data("secret".utf8))
// Keep this, and the key "backup", in safe places.
let wrapped = try await backup.wrap(archive.name)

try await archive.delete()  // the accident
let restored = try await backup.unwrap(wrapped, as: "archive", AES.GCM.self, options: exportable)
let opened = try await restored.open(box)
precondition(opened == Data("secret".utf8))
