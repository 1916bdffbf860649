import Foundation
import Parsec

let parsec = try await Client.connect()
let cookies = try await parsec.getOrGenerate("cookies", HMAC<SHA256>.self)
let cookie = Data("user=7".utf8)
let code = try await cookies.authenticationCode(for: cookie)
let valid = try await cookies.isValidAuthenticationCode(code, authenticating: cookie)
precondition(valid)  // false if it is wrong
