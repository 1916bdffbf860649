package org.parsec.client

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class AdminTest {
    @Test
    fun `only administrators list, revoke, delete and disable the keys and clients of others`() {
        TestService.devices().use { service ->
            val tenant = Parsec.connectBlocking(service.endpoint, application = "tenant", provider = Provider.SOFTWARE)
            val administrator = Parsec.connectBlocking(service.endpoint, application = "admin").admin
            tenant.generateBlocking("kept")
            tenant.generateBlocking("revoked")
            assertTrue("tenant" in administrator.clientsBlocking())
            val found = administrator.usageBlocking().single { it.client.name == "tenant" }
            assertEquals(2L, found.keys)
            assertEquals(administrator.limitsBlocking(found.client), runBlocking { administrator.limits(found.client) })

            administrator.disableBlocking(found.client)
            assertThrows(ParsecException.NotPermitted::class.java) { tenant.keysBlocking() }
            administrator.enableBlocking(found.client)
            assertEquals(2, tenant.keysBlocking().size)

            administrator.revokeKeyBlocking(found.client, Provider.SOFTWARE, "revoked")
            assertEquals(listOf("kept"), tenant.keysBlocking().map { it.name })
            assertThrows(ParsecException.NotPermitted::class.java) { tenant.admin.deleteClientBlocking("admin") }
            assertThrows(ParsecException.NotPermitted::class.java) { tenant.admin.disableBlocking(found.client) }
            administrator.deleteClientAsync("tenant").join()
            assertEquals(emptyList<KeyEntry>(), tenant.keysBlocking())
        }
    }
}
