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
import org.parsec.client.ffi.callsInFlight
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

/** A relay to a service that can drop all requests. */
private class Relay(private val service: Path) : AutoCloseable {
    private val folder = Files.createTempDirectory("parsec-kotlin-")
    private val place = folder.resolve("parsec.sock")
    private val server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(place))

    val endpoint = "unix:$place"

    /** The number of open connections of clients. */
    val open = AtomicInteger()

    /** The number of dropped reads. */
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
    fun `a thousand cancelled calls leak nothing`() {
        TestService.default().use { service ->
            Relay(service.socket).use { relay ->
                Parsec.connectBlocking(relay.endpoint).use { parsec ->
                    val before = callsInFlight()
                    relay.silent = true
                    runBlocking(Dispatchers.Default) {
                        repeat(10) {
                            val seen = relay.dropped.get()
                            val calls = List(100) { async(start = CoroutineStart.UNDISPATCHED) { parsec.random(16) } }
                            withContext(Dispatchers.IO) {
                                eventually("a request arrives") { relay.dropped.get() > seen }
                            }
                            assertTrue(callsInFlight() > before, "the calls are in flight")
                            calls.forEach { it.cancelAndJoin() }
                            assertTrue(calls.all { it.isCancelled })
                        }
                    }
                    eventually("no call of 1,000 is in flight: ${callsInFlight()}") { callsInFlight() == before }
                    // An idle client may keep one asynchronous and one blocking connection.
                    eventually("no connection of a cancelled call is left: ${relay.open}") {
                        relay.open.get() <=
                            2
                    }
                    relay.silent = false
                    assertEquals(16, runBlocking { parsec.random(16) }.size, "the client continues to work")
                }
            }
        }
    }

    @Test
    fun `a timeout ends a call without a response`() {
        TestService.default().use { service ->
            Relay(service.socket).use { relay ->
                val parsec = Parsec.connectBlocking(relay.endpoint)
                val impatient = parsec.withOptions(timeout = Duration.ofMillis(100))
                relay.silent = true
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
