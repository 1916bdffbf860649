package org.parsec.client

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.parsec.client.raw.PsaImportKeyRequest
import org.parsec.client.raw.PsaSignHashResponse
import java.io.File
import java.util.concurrent.TimeUnit

/** Errors of this package and of the JVM, in words that say what to do. */
class TextsTest {
    private fun texts(work: (Parsec) -> Unit) =
        TestService.default().use { service -> Parsec.connectBlocking(service.endpoint).use(work) }

    @Test
    fun `a closed client says so`() = texts { parsec ->
        val key = parsec.generateBlocking("closed")
        parsec.close()
        for (call in listOf<() -> Any>(
            { parsec.pingBlocking() },
            { runBlocking { parsec.ping() } },
            { parsec.generateBlocking("x") },
        )) {
            val failure = assertThrows(IllegalStateException::class.java) { call() }
            assertTrue("connect" in failure.message.orEmpty(), failure.message)
            assertTrue("Native" !in failure.message.orEmpty(), failure.message)
        }
        assertTrue(key.signBlocking("hello".encodeToByteArray()).isNotEmpty())
        key.close()
        assertThrows(IllegalStateException::class.java) { key.signBlocking("hello".encodeToByteArray()) }
    }

    @Test
    fun `half of a surrogate pair is an invalid argument`() = texts { parsec ->
        for (name in listOf("\uD83D", "a\uDE00", "\uDE00\uD83D")) {
            for (call in listOf<() -> Any>(
                { parsec.generateBlocking(name) },
                { parsec.openBlocking(name) },
                { runBlocking { parsec.generate(name) } },
            )) {
                val failure = assertThrows(ParsecException.InvalidArgument::class.java) { call() }
                assertTrue("surrogate" in failure.message.orEmpty(), failure.message)
            }
        }
    }

    @Test
    fun `a platform without a native library is named`() {
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val java = File(System.getProperty("java.home"), "bin/java").path
        val process = ProcessBuilder(java, "-Dos.arch=sparc", "-cp", classes, OtherPlatform::class.java.name)
            .redirectErrorStream(true).start()
        val output = process.inputStream.readAllBytes().decodeToString()
        assertTrue(process.waitFor(60, TimeUnit.SECONDS))
        assertTrue(
            output.lines().count {
                "Linux on sparc" in it && "ParsecException\$NotSupported" in it
            } == 2,
            output,
        )
    }

    /** A program that connects twice on another platform: the JVM's second error differs from its first. */
    object OtherPlatform {
        @JvmStatic
        fun main(arguments: Array<String>) = repeat(2) {
            try {
                Parsec.connectBlocking("unix:/nowhere")
            } catch (failure: ParsecException) {
                println(failure)
            }
        }
    }

    @Test
    fun `values compare by their bytes, and print no secrets`() = texts { parsec ->
        assertEquals(PsaSignHashResponse(byteArrayOf(1, 2)), PsaSignHashResponse(byteArrayOf(1, 2)))
        assertEquals("PsaSignHashResponse(signature=0102)", "${PsaSignHashResponse(byteArrayOf(1, 2))}")
        val attributes = parsec.generateBlocking("secret").attributes
        val request = PsaImportKeyRequest("secret", attributes, byteArrayOf(-1, -2))
        assertTrue("<secret>" in "$request" && "fffe" !in "$request", "$request")
    }
}
