package org.parsec.client.conformance

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertFalse
import java.util.HexFormat

private val HEX: HexFormat = HexFormat.of()
private val DIGITS = Regex("([0-9a-f]{2})+")

fun String.unhex(): ByteArray = HEX.parseHex(this)

fun ByteArray.hex(): String = HEX.formatHex(this)

fun JsonObject.text(member: String): String? = this[member]?.asString

class Case(private val json: JsonObject) {
    val id: String = json["id"].asString
    val on: List<String> = texts("on")
    val notOn: List<String> = texts("not-on")
    val needs: List<String> = texts("needs")
    val steps: List<JsonObject> = json["steps"].asJsonArray.map { it.asJsonObject }

    private fun texts(member: String) = json[member]?.asJsonArray?.map { it.asString }.orEmpty()
}

/** A step with all values filled in; bytes are hexadecimal. */
class Step(val json: JsonObject, val provider: Int) {
    val verb: String = json["do"].asString
    val key: String get() = need("key")
    val pieces: Int? = json["pieces"]?.asInt

    fun text(member: String): String? = json.text(member)

    fun need(member: String): String = text(member) ?: error("$member is missing")

    fun number(member: String): Int = json[member].asInt

    fun bytes(member: String): ByteArray = need(member).unhex()

    fun some(member: String): ByteArray = text(member)?.unhex() ?: ByteArray(0)

    /** A key as text, PEM or JSON, or as hexadecimal if it was saved. */
    fun pem(): String = need("pem").let { if (DIGITS.matches(it)) it.unhex().decodeToString() else it }

    fun compare(where: String, answer: ByteArray) {
        text("is")?.let { assertArrayEquals(it.unhex(), answer, where) }
        text("is-not")?.let { assertFalse(answer.contentEquals(it.unhex()), where) }
    }
}

/** Replaces `$name` with saved values, and expands repeated bytes. */
fun filled(step: JsonObject, saved: Map<String, ByteArray>): JsonObject {
    val rest = step.deepCopy().apply {
        remove("save")
        remove("on")
    }
    return fill(rest, saved).asJsonObject
}

private fun fill(value: JsonElement, saved: Map<String, ByteArray>): JsonElement = when {
    value is JsonPrimitive && value.isString && value.asString.startsWith("$") -> {
        val name = value.asString.drop(1)
        JsonPrimitive((saved[name] ?: error("no step has saved $name")).hex())
    }

    value is JsonArray -> JsonArray().apply { value.forEach { add(fill(it, saved)) } }

    value is JsonObject && "repeat" in value.keySet() ->
        JsonPrimitive(value["repeat"].asString.repeat(value["times"].asInt))

    value is JsonObject -> JsonObject().apply {
        value.entrySet().forEach { (name, inner) -> add(name, fill(inner, saved)) }
    }

    else -> value
}
