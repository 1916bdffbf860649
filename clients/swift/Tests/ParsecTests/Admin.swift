import Parsec
import Testing

@Suite("administration")
struct Administration {
    private func connect(_ name: String) async throws -> Client {
        let endpoint = try Services.devices.get().endpoint
        return try await Client.connect(.init(endpoint: endpoint, application: name, provider: .software))
    }

    @Test("only administrators can list, revoke, delete and disable the keys and clients of others")
    func administers() async throws {
        let tenant = try await connect("swift-tenant")
        let administrator = try await connect("admin").admin
        _ = try await tenant.generate("kept")
        _ = try await tenant.generate("revoked")
        #expect(try await administrator.clients().contains("swift-tenant"))
        let found = try #require(try await administrator.usage().first { $0.client.name == "swift-tenant" })
        #expect(found.keys == 2)
        _ = try await administrator.limits(of: found.client)

        try await administrator.disable(found.client)
        await expectFailure("not-permitted") { _ = try await tenant.keys() }
        try await administrator.enable(found.client)
        #expect(try await tenant.keys().count == 2)

        try await administrator.revokeKey("revoked", of: found.client, on: .software)
        #expect(try await tenant.keys().map(\.name) == ["kept"])
        await expectFailure("not-permitted") { try await tenant.admin.deleteClient("admin") }
        await expectFailure("not-permitted") { try await tenant.admin.disable(found.client) }
        try await administrator.deleteClient("swift-tenant")
        #expect(try await tenant.keys().isEmpty)
    }
}
