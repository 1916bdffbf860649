package org.parsec.client

import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/** A separate service, which ends with the test. */
class TestService private constructor(kind: String) : AutoCloseable {
    private val process: Process = ProcessBuilder(program.toString(), "--$kind")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
    private val answers = process.inputReader()
    private val started = next()

    val endpoint: String = started["endpoint"].asString
    val socket: Path = Path.of(started["socket"].asString)
    val providers: List<Int> = started["providers"].asJsonArray.map { it.asInt }

    private fun next(): JsonObject {
        val line = answers.readLine() ?: error("the test service ended; its standard error has the reason")
        return JsonParser.parseString(line).asJsonObject.also { check("error" !in it.keySet()) { line } }
    }

    /** Kills the service, as in a crash, and restarts it with the same state. */
    fun restart() {
        process.outputWriter().apply {
            write("restart\n")
            flush()
        }
        next()
    }

    override fun close() {
        process.outputStream.close()
        if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly()
    }

    companion object {
        private val program: Path = System.getenv("PARSEC_TEST_SERVICE")?.let(Path::of)
            ?: Path.of("../../target/debug/parsec-test-service").toAbsolutePath()

        /** Software keys, peer credentials. */
        fun default() = TestService("default")

        /** Software keys, direct authenticator. */
        fun direct() = TestService("direct")

        /** A TPM and tokens, direct authenticator. */
        fun devices() = TestService("devices")
    }
}

/** The folder of the repository. */
val root: Path = Path.of("../..").toAbsolutePath().normalize()
