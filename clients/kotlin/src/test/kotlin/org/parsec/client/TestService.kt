package org.parsec.client

import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/** A real service of its own, stopped with the test. */
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
        val line = answers.readLine() ?: error("the test service ended; its standard error says why")
        return JsonParser.parseString(line).asJsonObject.also { check("error" !in it.keySet()) { line } }
    }

    /** Kills the service as a crash would, and starts it again on the same state. */
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

        /** Keys in software, callers by their user. */
        fun default() = TestService("default")

        /** Keys in software, callers by their names. */
        fun direct() = TestService("direct")

        /** A TPM and tokens, callers by their names. */
        fun devices() = TestService("devices")
    }
}

/** Where the repository is. */
val root: Path = Path.of("../..").toAbsolutePath().normalize()
