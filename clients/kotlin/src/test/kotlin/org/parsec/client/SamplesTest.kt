package org.parsec.client

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.TestInstance
import org.parsec.client.samples.JavaSample
import org.parsec.client.samples.encryption
import org.parsec.client.samples.failures
import org.parsec.client.samples.names
import org.parsec.client.samples.publicKeys
import org.parsec.client.samples.signing
import org.parsec.client.samples.specs
import org.parsec.client.samples.temporary
import org.parsec.client.samples.tour

/** Runs the samples of the documentation, except mutual TLS, which MutualTlsTest runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SamplesTest {
    private val service = TestService.default()
    private val parsec = Parsec.connectBlocking(service.endpoint)

    @AfterAll
    fun stop() {
        parsec.close()
        service.close()
    }

    @TestFactory
    fun `every sample runs`(): List<DynamicTest> = mapOf<String, suspend (Parsec) -> Unit>(
        "tour" to { tour(service.endpoint) },
        "failures" to ::failures,
        "names" to ::names,
        "specs" to ::specs,
        "publicKeys" to ::publicKeys,
        "signing" to ::signing,
        "encryption" to ::encryption,
        "temporary" to ::temporary,
    ).map { (name, sample) -> dynamicTest(name) { runBlocking { sample(parsec) } } }

    @Test
    fun `the Java sample compiles and runs`() {
        assertEquals("it matches", JavaSample.run(service.endpoint))
    }
}
