/// What administrators can do: those whom the service's configuration names. For everybody else each
/// call throws ``ParsecError/notPermitted(_:)``. From ``Client/admin``.
///
/// Clients are told from each other by their name and by the authenticator that vouches for it:
/// ``usage()`` lists them, and what it gives as `client` is what the other calls take.
public struct Admin: Sendable {
    let raw: Raw

    /// The applications that have keys, of the administrator's own authenticator.
    public func clients() async throws(ParsecError) -> [String] {
        try await raw.listClients().clients
    }

    /// Deletes all keys of an application of the administrator's own authenticator.
    public func deleteClient(_ name: String) async throws(ParsecError) {
        try await raw.deleteClient(.init(client: name))
    }

    /// Every client of the service, with what it has and did.
    public func usage() async throws(ParsecError) -> [Contract.ClientUsage] {
        try await raw.listClientUsage().clients
    }

    /// Refuses all requests of a client from now on, until it is enabled again.
    public func disable(_ client: Contract.ClientId) async throws(ParsecError) {
        try await raw.disableClient(.init(client: client))
    }

    /// Serves a client again that was disabled.
    public func enable(_ client: Contract.ClientId) async throws(ParsecError) {
        try await raw.enableClient(.init(client: client))
    }

    /// Destroys a client's key at once, and ends the streams that work with it.
    public func revokeKey(
        _ name: String, of client: Contract.ClientId, on provider: Provider
    ) async throws(ParsecError) {
        let providerID = UInt32(provider.rawValue)
        try await raw.revokeKey(.init(client: client, providerId: providerID, keyName: name))
    }

    /// What a client may have, and what all may have together; 0 is no limit.
    public func limits(
        of client: Contract.ClientId
    ) async throws(ParsecError) -> (client: Contract.ClientLimits, total: Contract.ClientLimits) {
        let limits = try await raw.readLimits(.init(client: client))
        return (limits.client, limits.total)
    }
}

extension Client {
    /// What administrators can do, for those whom the service's configuration names.
    public var admin: Admin { Admin(raw: raw) }
}
