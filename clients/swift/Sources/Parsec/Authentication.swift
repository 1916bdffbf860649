public import Foundation
import ParsecBinding

/// How a client authenticates.
public enum Authentication: Sendable, Hashable {
    /// Without authentication.
    case anonymous
    /// By a name that the service does not verify.
    case direct(name: String)
    /// By the user of this process.
    case unixPeerCredentials
    /// By a SPIFFE JWT-SVID in the compact serialization.
    case jwtSVID(token: Data)
    /// By a JWT-SVID in a file, which is read for every request. The environment variable
    /// `PARSEC_JWT_SVID_FILE` sets this for every client.
    case jwtSVIDFile(path: String)

    var native: ParsecBinding.NativeAuthentication {
        switch self {
        case .anonymous: .anonymous
        case .direct(let name): .direct(name: name)
        case .unixPeerCredentials: .unixPeerCredentials
        case .jwtSVID(let token): .jwtSvid(token: token)
        case .jwtSVIDFile(let path): .jwtSvidFile(path: path)
        }
    }
}
