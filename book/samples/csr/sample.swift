import Foundation
import Parsec

let parsec = try await Client.connect()
let key = try await parsec.getOrGenerate("web")
let csr = try await key.certificateSigningRequest(
    subject: "CN=web,O=Example", dnsNames: ["web.example.org"])
try csr.derRepresentation.write(to: URL(fileURLWithPath: "web.csr"))
