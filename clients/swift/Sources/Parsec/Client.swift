public import Foundation
import ParsecBinding

/// A client of the Parsec service: keys that live in a TPM, in an HSM or in the service itself, by
/// name, whatever they live in.
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
/// A task that is cancelled sends nothing more, and stops waiting with ``ParsecError/cancelled(_:)``;
/// a request that was sent already is not recalled.
public struct Client: Sendable {
    let native: ParsecBinding.NativeClient
    /// The one provider for new keys, where one was chosen.
    public let provider: Provider?

    /// Connects to the service: where the options or the environment's `PARSEC_SERVICE_ENDPOINT`
    /// say, or else at the system's socket or the user's own.
    ///
    /// - Throws: ``ParsecError/serviceUnavailable(_:)`` with where it looked and how to start the
    ///   service.
    public static func connect(_ options: ConnectOptions = ConnectOptions()) async throws(ParsecError) -> Client {
        let wanted = try options.native()
        let native = try await Calls.run { try await ParsecBinding.connect(options: wanted) }
        return Client(native: native, provider: options.provider)
    }

    init(native: ParsecBinding.NativeClient, provider: Provider?) {
        self.native = native
        self.provider = provider
    }

    /// The same client, with all new keys on `provider` and only its keys found.
    public func with(provider: Provider) -> Client {
        Client(native: native.withOptions(provider: provider.native), provider: provider)
    }

    /// The same client, waiting at most so long for each answer.
    ///
    /// - Throws: ``ParsecError/invalidArgument(_:)`` unless it is from one millisecond to 49 days.
    public func with(timeout: Duration) throws(ParsecError) -> Client {
        let millis = try timeout.milliseconds()
        return Client(native: native.withOptions(timeoutMs: millis), provider: provider)
    }

    /// Where the service was found, as `PARSEC_SERVICE_ENDPOINT` would say it.
    public var endpoint: String? { native.endpoint() }

    /// How the client says who it is: the name of an authenticator, such as `unix-peer-credentials`.
    public var authentication: String { native.authentication() }

    /// Every operation as the contracts have it.
    public var raw: Raw { Raw(client: self) }

    /// Asks whether the service is there.
    ///
    /// - Returns: the version of the protocol that it speaks.
    @discardableResult
    public func ping() async throws(ParsecError) -> (major: UInt32, minor: UInt32) {
        let native = native
        let version = try await Calls.run { try await native.ping() }
        return (version.major, version.minor)
    }

    /// A hash, made by the service. All of `data` travels, so the service's limit applies.
    ///
    /// - Throws: ``ParsecError/notSupported(_:)`` if no provider has the function.
    public func hash(_ data: some DataProtocol, with function: Contract.Hash = .sha256) async throws(ParsecError)
        -> Data
    {
        let (native, data, function) = (native, Data(data), function.native)
        return try await Calls.run { try await native.hash(hash: function, data: data) }
    }
}
