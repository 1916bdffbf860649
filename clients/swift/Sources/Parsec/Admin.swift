import ParsecBinding

/// The operations of administrators, which the service configuration lists. Other callers get the error
/// ``ParsecError/notPermitted(_:)`` from each method. From ``Client/admin``.
///
/// A client is identified by its name and its authenticator: ``usage()`` lists all clients, and the `client` of
/// an entry is the argument of the other methods.
public struct Admin: Sendable {
    let native: ParsecBinding.NativeAdmin

    /// Runs a call of the binding.
    func run<T: Sendable>(
        _ work: @escaping @Sendable (ParsecBinding.NativeAdmin) async throws -> T
    ) async throws -> T {
        let native = native
        return try await Calls.run { try await work(native) }
    }
}

extension Client {
    /// The operations of administrators, which the service configuration lists.
    public var admin: Admin { Admin(native: native.admin()) }
}
