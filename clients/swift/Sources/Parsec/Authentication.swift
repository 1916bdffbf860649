public import Foundation
import ParsecBinding

/// How a client says who it is.
public enum Authentication: Sendable, Hashable {
    /// It does not.
    case anonymous
    /// By a name that the service takes on trust.
    case direct(name: String)
    /// By the user of this process.
    case unixPeerCredentials
    /// By a JWT-SVID of SPIFFE, as its compact text.
    case jwtSVID(token: Data)
    /// By the JWT-SVID that a file holds, read for every request. The environment's
    /// `PARSEC_JWT_SVID_FILE` says the same for every client.
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
