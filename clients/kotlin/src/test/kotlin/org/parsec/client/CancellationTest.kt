package org.parsec.client

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.parsec.client.raw.callsInFlight
import java.net.StandardProtocolFamily
import java.net.UnixDomainSocketAddress
import java.nio.ByteBuffer
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** A way to a service that stops answering when it is told to. */
private class Middleman(private val service: Path) : AutoCloseable {
    private val folder = Files.createTempDirectory("parsec-kotlin-")
    private val place = folder.resolve("parsec.sock")
    private val server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(place))

    val endpoint = "unix:$place"

    /** Connections that clients have open. */
    val open = AtomicInteger()

    /** How often something was kept from the service. */
    val dropped = AtomicInteger()

    @Volatile var silent = false

    init {
        thread(isDaemon = true) {
            while (server.isOpen) {
                val client = runCatching { server.accept() }.getOrNull() ?: break
                open.incrementAndGet()
                serve(client)
            }
        }
    }

    private fun serve(client: SocketChannel) {
        val behind = SocketChannel.open(UnixDomainSocketAddress.of(service))
        thread(isDaemon = true) {
            copy(client, behind, drop = true)
            behind.close()
            client.close()
            open.decrementAndGet()
        }
        thread(isDaemon = true) { copy(behind, client, drop = false) }
    }

    private fun copy(from: SocketChannel, to: SocketChannel, drop: Boolean) {
        val buffer = ByteBuffer.allocate(64 * 1024)
        runCatching {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip()
                if (drop && silent) {
                    dropped.incrementAndGet()
                } else {
                    while (buffer.hasRemaining()) to.write(buffer)
                }
            }
        }
    }

    override fun close() {
        server.close()
        Files.deleteIfExists(place)
        Files.deleteIfExists(folder)
    }
}

class CancellationTest {
    private fun eventually(what: String, holds: () -> Boolean) {
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60)
        while (!holds()) {
            assertTrue(System.nanoTime() < end, what)
            Thread.sleep(20)
        }
    }

    @Test
    fun `a thousand cancelled calls leave nothing behind`() {
        TestService.default().use { service ->
            Middleman(service.socket).use { middleman ->
                Parsec.connectBlocking(middleman.endpoint).use { parsec ->
                    val before = callsInFlight()
                    middleman.silent = true
                    runBlocking(Dispatchers.Default) {
                        repeat(10) {
                            val seen = middleman.dropped.get()
                            val calls = List(100) { async(start = CoroutineStart.UNDISPATCHED) { parsec.random(16) } }
                            withContext(Dispatchers.IO) {
                                eventually("a request arrives") { middleman.dropped.get() > seen }
                            }
                            assertTrue(callsInFlight() > before, "the calls are in flight")
                            calls.forEach { it.cancelAndJoin() }
                            assertTrue(calls.all { it.isCancelled })
                        }
                    }
                    eventually("no call is left of 1,000: ${callsInFlight()}") { callsInFlight() == before }
                    // That of an idle client may stay, async and blocking.
                    eventually("no connection of a cancelled call is left: ${middleman.open}") {
                        middleman.open.get() <=
                            2
                    }
                    middleman.silent = false
                    assertEquals(16, runBlocking { parsec.random(16) }.size, "the client goes on working")
                }
            }
        }
    }

    @Test
    fun `a deadline is kept where the service does not answer`() {
        TestService.default().use { service ->
            Middleman(service.socket).use { middleman ->
                val parsec = Parsec.connectBlocking(middleman.endpoint)
                val impatient = parsec.withOptions(timeout = Duration.ofMillis(100))
                middleman.silent = true
                runBlocking {
                    withTimeout(60_000) {
                        val failure = runCatching { impatient.ping() }.exceptionOrNull()
                        assertTrue(failure is ParsecException.Timeout, "$failure")
                    }
                }
                assertThrows(ParsecException.Timeout::class.java) { impatient.pingBlocking() }
            }
        }
    }
}
