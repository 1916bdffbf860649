import ParsecBinding

/// What to say otherwise about a ``Client``.
///
/// ```swift
/// let parsec = try await Client.connect(.init(provider: .tpm, timeout: .seconds(5)))
/// ```
public struct ConnectOptions: Sendable {
    /// Where the service listens: a URL such as `unix:/run/parsec/parsec.sock`.
    public var endpoint: String?
    /// The application's name, for a service that takes names on trust. Without it the
    /// environment's `PARSEC_APPLICATION` counts.
    public var application: String?
    /// How to say who the client is, instead of what the service offers.
    public var authentication: Authentication?
    /// The one provider to use, instead of the first that can.
    public var provider: Provider?
    /// How long to wait for each answer, instead of 30 seconds, or 120 where an RSA key is made.
    public var timeout: Duration?
    /// The most bytes to take as the body of an answer, instead of 16 MiB.
    public var maximumBodySize: Int?

    /// Takes what is to be otherwise.
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
