package org.parsec.client

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class AdminTest {
    @Test
    fun `an administrator sees, stops and clears what others have, and nobody else does`() {
        TestService.devices().use { service ->
            val tenant = Parsec.connectBlocking(service.endpoint, application = "tenant", provider = Provider.SOFTWARE)
            val boss = Parsec.connectBlocking(service.endpoint, application = "admin").admin
            tenant.generateBlocking("kept")
            tenant.generateBlocking("revoked")
            assertTrue("tenant" in boss.clientsBlocking())
            val found = boss.usageBlocking().single { it.client.name == "tenant" }
            assertEquals(2UL, found.keys)
            assertEquals(boss.limitsBlocking(found.client), runBlocking { boss.limits(found.client) })

            boss.disableBlocking(found.client)
            assertThrows(ParsecException.NotPermitted::class.java) { tenant.keysBlocking() }
            boss.enableBlocking(found.client)
            assertEquals(2, tenant.keysBlocking().size)

            boss.revokeKeyBlocking(found.client, Provider.SOFTWARE, "revoked")
            assertEquals(listOf("kept"), tenant.keysBlocking().map { it.name })
            assertThrows(ParsecException.NotPermitted::class.java) { tenant.admin.deleteClientBlocking("admin") }
            assertThrows(ParsecException.NotPermitted::class.java) { tenant.admin.disableBlocking(found.client) }
            boss.deleteClientAsync("tenant").join()
            assertEquals(emptyList<KeyEntry>(), tenant.keysBlocking())
        }
    }
}
