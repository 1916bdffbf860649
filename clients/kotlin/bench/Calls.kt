// Calls per second, as JSON on standard output. PARSEC_SERVICE_ENDPOINT is the endpoint of the service,
// PARSEC_BENCH_SECONDS the duration of each run. Missing keys are generated.
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.parsec.client.Aes
import org.parsec.client.Parsec
import java.util.concurrent.atomic.AtomicLong

/** Nanoseconds. */
private const val WARM = 500_000_000L

private class Run(val operation: String, val mode: String, val concurrency: Int, val rate: Double)

private inline fun blocking(seconds: Double, call: () -> Unit): Double {
    // Warm-up: the JVM compiles code that runs often.
    val warm = System.nanoTime() + WARM
    while (System.nanoTime() < warm) call()
    var calls = 0L
    val begun = System.nanoTime()
    val end = begun + (seconds * 1e9).toLong()
    while (System.nanoTime() < end) {
        call()
        calls += 1
    }
    return calls * 1e9 / (System.nanoTime() - begun)
}

private suspend fun suspending(seconds: Double, concurrency: Int, call: suspend () -> Unit): Double {
    val warm = System.nanoTime() + WARM
    while (System.nanoTime() < warm) call()
    val calls = AtomicLong()
    val begun = System.nanoTime()
    val end = begun + (seconds * 1e9).toLong()
    coroutineScope {
        repeat(concurrency) {
            launch {
                while (System.nanoTime() < end) {
                    call()
                    calls.incrementAndGet()
                }
            }
        }
    }
    return calls.get() * 1e9 / (System.nanoTime() - begun)
}

fun main() {
    val seconds = System.getenv("PARSEC_BENCH_SECONDS")?.toDouble() ?: 2.0
    val message = "a message of a typical length, as in a real signature".encodeToByteArray()
    val small = ByteArray(64) { 1 }
    // The largest message that fits into a request.
    val large = ByteArray(1024 * 1024 - 4096) { 1 }

    val parsec = Parsec.connectBlocking()
    val key = parsec.getOrGenerateBlocking("bench-sign")
    val vault = parsec.getOrGenerateBlocking("bench-seal", Aes.GCM_256)
    val signature = key.signBlocking(message)
    val calls = mapOf<String, () -> Any>(
        "ping" to { parsec.pingBlocking() },
        "sign-p256" to { key.signBlocking(message) },
        "verify-p256" to { key.verifyBlocking(signature, message) },
        "encrypt-64" to { vault.encryptBlocking(small) },
        "encrypt-1m" to { vault.encryptBlocking(large) },
        "random-32" to { parsec.randomBlocking(32) },
    )
    val suspended = mapOf<String, suspend () -> Any>(
        "ping" to { parsec.ping() },
        "sign-p256" to { key.sign(message) },
        "verify-p256" to { key.verify(signature, message) },
        "encrypt-64" to { vault.encrypt(small) },
        "encrypt-1m" to { vault.encrypt(large) },
        "random-32" to { parsec.random(32) },
    )
    val runs = calls.map { (operation, call) -> Run(operation, "blocking", 1, blocking(seconds) { call() }) } +
        runBlocking(Dispatchers.Default) {
            suspended.flatMap { (operation, call) ->
                listOf(1, 16).map { Run(operation, "async", it, suspending(seconds, it) { call() }) }
            }
        }
    val lines = runs.joinToString(", ") {
        """{"operation": "${it.operation}", "mode": "${it.mode}", "concurrency": ${it.concurrency}, """ +
            """"calls_per_second": ${it.rate}}"""
    }
    println("""{"language": "kotlin", "runs": [$lines]}""")
}
