import ParsecBinding

/// A client of the Parsec service, for keys in a TPM, in an HSM or in the service itself. A key has
/// a name, and the same methods with every provider.
///
/// Copies share their connections. A client outlives a restart of the service.
///
/// ```swift
/// import Foundation
/// import Parsec
///
/// let parsec = try await Client.connect()
/// let key = try await parsec.generate("web-tls", P256.Signing.self)
/// let signature = try await key.signature(for: Data("hello".utf8))
/// print(key.publicKey.pemRepresentation, signature.derRepresentation.count)
/// ```
///
/// An async method throws a ``ParsecError``, or `CancellationError` if its task was cancelled: it then sends
/// no more requests and stops waiting. The service still executes a request that was already sent.
public struct Client: Sendable {
    let native: ParsecBinding.NativeClient
    /// The provider for new keys, if one was selected.
    public let provider: Provider?

    /// Connects to the service at the endpoint of the options or of the environment variable
    /// `PARSEC_SERVICE_ENDPOINT`, or else at the socket of the system or of the user.
    ///
    /// - Throws: ``ParsecError/serviceUnavailable(_:)`` with the sockets that were tried and how to start
    ///   the service.
    public static func connect(_ options: ConnectOptions = ConnectOptions()) async throws -> Client {
        let wanted = try options.native()
        let native = try await Calls.run { try await ParsecBinding.connect(options: wanted) }
        return Client(native: native, provider: options.provider)
    }

    init(native: ParsecBinding.NativeClient, provider: Provider?) {
        self.native = native
        self.provider = provider
    }

    /// A client that creates all new keys with `provider` and finds only keys of this provider.
    public func with(provider: Provider) -> Client {
        Client(native: native.withOptions(provider: provider.native), provider: provider)
    }

    /// A client that waits for each response for at most this time.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` unless the time is from one millisecond to 49 days.
    public func with(timeout: Duration) throws(ParsecError) -> Client {
        let millis = try timeout.milliseconds()
        return Client(native: native.withOptions(timeoutMs: millis), provider: provider)
    }

    /// The endpoint of the service, in the form of `PARSEC_SERVICE_ENDPOINT`.
    public var endpoint: String? { native.endpoint() }

    /// The name of the authenticator that the client uses, such as `unix-peer-credentials`.
    public var authentication: String { native.authentication() }

    /// Every operation with the names of the wire protocol.
    public var raw: Raw { Raw(client: self) }
}
