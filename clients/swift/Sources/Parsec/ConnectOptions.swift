import ParsecBinding

/// Options of a ``Client``.
///
/// ```swift
/// let parsec = try await Client.connect(.init(provider: .tpm, timeout: .seconds(5)))
/// ```
public struct ConnectOptions: Sendable {
    /// Endpoint of the service: a URL such as `unix:/run/parsec/parsec.sock`.
    public var endpoint: String?
    /// Application name, for a service with the direct authenticator. The default is the environment
    /// variable `PARSEC_APPLICATION`.
    public var application: String?
    /// How the client authenticates. The default is the first method that the service offers.
    public var authentication: Authentication?
    /// The provider to use. The default is the first one that supports an operation.
    public var provider: Provider?
    /// Timeout of each response. The default is 30 seconds, or 120 for the generation of an RSA key.
    public var timeout: Duration?
    /// Maximum size of a response body in bytes. The default is 16 MiB.
    public var maximumBodySize: Int?

    /// Creates options; those that are omitted have their defaults.
    public init(
        endpoint: String? = nil,
        application: String? = nil,
        authentication: Authentication? = nil,
        provider: Provider? = nil,
        timeout: Duration? = nil,
        maximumBodySize: Int? = nil
    ) {
        self.endpoint = endpoint
        self.application = application
        self.authentication = authentication
        self.provider = provider
        self.timeout = timeout
        self.maximumBodySize = maximumBodySize
    }

    func native() throws(ParsecError) -> ParsecBinding.ConnectOptions {
        var size: UInt32?
        if let maximumBodySize {
            guard let fits = UInt32(exactly: maximumBodySize) else {
                throw .invalid("maximumBodySize: must be from 0 to \(UInt32.max), not \(maximumBodySize)")
            }
            size = fits
        }
        return ParsecBinding.ConnectOptions(
            endpoint: endpoint,
            application: application,
            authentication: authentication?.native,
            provider: provider?.native,
            timeoutMs: try timeout?.milliseconds(),
            maxBodySize: size
        )
    }
}

extension Duration {
    /// Whole milliseconds, rounded up.
    func milliseconds() throws(ParsecError) -> UInt32 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let millis = overflow ? -1 : whole + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        guard millis >= 1, let fits = UInt32(exactly: millis) else {
            throw .invalid("timeout: must be from 1 to \(UInt32.max) milliseconds, not \(self)")
        }
        return fits
    }
}
