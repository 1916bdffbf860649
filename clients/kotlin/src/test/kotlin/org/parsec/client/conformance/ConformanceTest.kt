package org.parsec.client.conformance

import com.google.gson.GsonBuilder
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.TestInstance
import org.opentest4j.TestAbortedException
import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import org.parsec.client.Provider
import org.parsec.client.TestService
import org.parsec.client.raw.CanDoCryptoRequest
import org.parsec.client.root
import java.nio.file.Files
import java.nio.file.Path
import java.util.TreeMap
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.writeText

/** The conformance cases of all languages; tests/conformance/README.md defines them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {
    private val folder: Path = root.resolve("tests/conformance")
    private val service = TestService.devices()
    private val clients = HashMap<Pair<String, Int>, Parsec>()
    private val results = TreeMap<Int, TreeMap<String, String>>()
    private val specs = read("specs.json").asJsonObject
    private val knownFailing = knownFailing()
    private val cases: List<Case> = Files.walk(folder.resolve("cases")).use { files ->
        files.filter { it.extension == "json" }.sorted().toList()
    }.flatMap { file -> JsonParser.parseString(file.readText()).asJsonObject["cases"].asJsonArray }
        .map { Case(it.asJsonObject) }

    private fun read(name: String): JsonElement = JsonParser.parseString(folder.resolve(name).readText())

    private fun knownFailing(): Map<String, String> {
        val file = folder.resolve("known-failing/kotlin.txt")
        if (!file.exists()) return emptyMap()
        return file.readText().lines().filter { it.isNotBlank() && !it.startsWith("#") }.associate { line ->
            val (id, number, reason) = line.split(' ', limit = 3)
            "$id $number" to reason
        }
    }

    @AfterAll
    fun report() {
        clients.values.forEach(Parsec::close)
        service.close()
        for ((number, ended) in results) {
            val totals = ended.values.groupingBy { it.substringBefore(':') }.eachCount()
            println("provider $number: $totals")
            ended.filterValues { it != "passed" }.forEach { (id, result) -> println("  $id: $result") }
        }
        val place = System.getenv("PARSEC_CONFORMANCE_REPORT").orEmpty()
        if (place.isEmpty()) return
        val report = mapOf("language" to "kotlin", "results" to results)
        Path.of(place).writeText(GsonBuilder().setPrettyPrinting().create().toJson(report))
    }

    @Test
    fun `there are cases`() {
        assertTrue(cases.size > 20, "${cases.size} cases")
    }

    @TestFactory
    fun cases(): List<DynamicTest> = service.providers.flatMap { number ->
        cases.map { case -> dynamicTest("${case.id} on $number") { check(case, number) } }
    }

    private fun check(case: Case, number: Int) {
        val known = knownFailing["${case.id} $number"]
        val result = runCatching { runBlocking { outcome(case, number) } }
        val ended = results.getOrPut(number) { TreeMap() }
        if (known != null) {
            assertTrue(result.isFailure, "a known failure passes: remove it from known-failing/kotlin.txt")
            ended[case.id] = "known-failing: $known"
            throw TestAbortedException(known)
        }
        ended[case.id] = result.getOrElse { "failed: ${it.message}" }
        val how = result.getOrThrow()
        if (how != "passed") throw TestAbortedException(how.removePrefix("skipped: "))
    }

    /** Returns `passed`, or why the case was skipped. */
    private suspend fun outcome(case: Case, number: Int): String {
        val family = FAMILIES.getValue(number)
        if (case.on.isNotEmpty() && family !in case.on) return "skipped: only on ${case.on.joinToString(", ")}"
        if (family in case.notOn) {
            val failure = runCatching { steps(case, number) }.exceptionOrNull()
                ?: throw AssertionError("the case passes on $family, which not-on excludes")
            val cause = (failure as? StepFailed)?.cause
            if (cause == null || kindOf(cause) != "not-supported") throw failure
            return "skipped: not on $family"
        }
        unmet(case, number)?.let { return "skipped: needs $it" }
        steps(case, number)
        return "passed"
    }

    private suspend fun client(application: String, number: Int): Parsec =
        clients[application to number] ?: Parsec.connect(
            endpoint = service.endpoint,
            application = application,
            provider = PROVIDERS.getValue(number),
        ).also { clients[application to number] = it }

    private suspend fun unmet(case: Case, number: Int): String? {
        val parsec = client("web-${case.id}-$number", number)
        return case.needs.firstOrNull { need ->
            val (what, name) = need.split(':', limit = 2)
            if (what == "opcode") {
                name !in parsec.operations(PROVIDERS.getValue(number))
            } else {
                specs[name].asJsonArray.none { can(parsec, number, what, it) }
            }
        }
    }

    private suspend fun can(parsec: Parsec, number: Int, what: String, attributes: JsonElement): Boolean {
        val input = JsonObject().apply {
            addProperty("check_type", what)
            add("attributes", attributes)
        }
        return try {
            val asked = Contracts.read(input, CanDoCryptoRequest::class) as CanDoCryptoRequest
            parsec.raw.canDoCrypto(PROVIDERS.getValue(number), asked)
            true
        } catch (_: ParsecException.NotSupported) {
            false
        }
    }

    private suspend fun steps(case: Case, number: Int) {
        val saved = HashMap<String, ByteArray>()
        case.steps.forEachIndexed { at, raw ->
            val provider = raw.text("on")?.let { NAMES.getValue(it) } ?: number
            val parsec = client("${raw.text("as") ?: "web"}-${case.id}-$number", provider)
            val step = Step(filled(raw, saved), provider)
            val where = "step ${at + 1}, ${step.verb}"
            val answer = runCatching { VERBS.getValue(step.verb)(parsec, step) }
            judge(where, step, answer)
            val bytes = answer.getOrNull() ?: return@forEachIndexed
            raw.text("save")?.let { saved[it] = bytes }
            step.compare(where, bytes)
        }
    }

    private fun judge(where: String, step: Step, answer: Result<ByteArray?>) {
        val wanted = step.text("fails")
        val failure = answer.exceptionOrNull()
        when {
            failure == null && wanted != null -> throw AssertionError("$where succeeded, expected the error $wanted")

            failure != null && wanted == null -> throw StepFailed(where, failure)

            failure != null && kindOf(failure) != wanted ->
                throw StepFailed("$where failed with ${kindOf(failure)}, expected $wanted", failure)
        }
    }

    private companion object {
        val FAMILIES = mapOf(1 to "software", 2 to "pkcs11", 3 to "tpm", 128 to "pkcs11")
        val NAMES = mapOf("core" to 0, "software" to 1, "pkcs11" to 2, "tpm" to 3, "second-pkcs11" to 128)
        val PROVIDERS = mapOf(
            0 to Provider.CORE,
            1 to Provider.SOFTWARE,
            2 to Provider.PKCS11,
            3 to Provider.TPM,
            128 to Provider.SECOND_PKCS11,
        )
    }
}

/** A step with a wrong result. */
class StepFailed(where: String, override val cause: Throwable) : AssertionError("$where: ${cause.message}", cause)

/** The kind of an error, as in contracts/statuses.toml. */
fun kindOf(failure: Throwable): String = when (failure) {
    is ParsecException -> failure.javaClass.simpleName.replace(Regex("(?<=.)[A-Z]")) { "-${it.value}" }.lowercase()
    is NoMatch -> "invalid-signature"
    is IllegalArgumentException -> "invalid-argument"
    else -> throw failure
}
