package org.parsec.client.conformance

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import org.parsec.client.Parsec
import org.parsec.client.Provider
import org.parsec.client.Raw
import java.lang.reflect.InvocationTargetException
import kotlin.reflect.KClass
import kotlin.reflect.KParameter
import kotlin.reflect.KType
import kotlin.reflect.full.callSuspend
import kotlin.reflect.full.isSubclassOf
import kotlin.reflect.full.memberFunctions
import kotlin.reflect.full.memberProperties
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.jvm.isAccessible

/**
 * Converts between the contracts' JSON and the types of the raw operations, by reflection, so that no case needs
 * specific code.
 */
object Contracts {
    private fun words(name: String) = name.replace(Regex("(?<=[a-z0-9])(?=[A-Z])"), "_").lowercase()

    /** Compares names without case and separators. */
    private fun plain(name: String) = name.lowercase().filter(Char::isLetterOrDigit)

    fun enumeration(name: String, type: Class<*>): Any =
        type.enumConstants.first { plain((it as Enum<*>).name) == plain(name) }

    fun read(json: JsonElement, type: KType): Any? {
        val of = type.classifier as KClass<*>
        return when {
            of == List::class -> json.asJsonArray.map { read(it, type.arguments.single().type!!) }
            else -> read(json, of)
        }
    }

    fun read(json: JsonElement, of: KClass<*>): Any = when {
        of == Boolean::class -> json.asBoolean
        of == String::class -> json.asString
        of == Int::class -> json.asInt
        of == Long::class -> json.asLong
        of == ByteArray::class -> bytes(json)
        of.java.isEnum -> enumeration(json.asString, of.java)
        of.isSealed -> variant(json, of)
        else -> construct(json.asJsonObject, of)
    }

    private fun bytes(json: JsonElement): ByteArray {
        val (form, text) = json.asJsonObject.entrySet().single()
        return if (form == "hex") text.asString.unhex() else text.asString.encodeToByteArray()
    }

    /** Reads a variant: its name, or an object of one name with the value. */
    private fun variant(json: JsonElement, of: KClass<*>): Any {
        val name = if (json.isJsonPrimitive) json.asString else json.asJsonObject.keySet().single()
        val variant = of.sealedSubclasses.first { plain(it.simpleName!!) == plain(name) }
        variant.objectInstance?.let { return it }
        val held = json.asJsonObject[name]
        val parameters = variant.primaryConstructor!!.parameters
        // Some variants have a field of this name, which their JSON names too.
        val holdsOne = parameters.singleOrNull()?.name == "value" && (held as? JsonObject)?.has("value") != true
        return when {
            holdsOne -> variant.primaryConstructor!!.call(read(held, parameters[0].type))
            else -> construct(held.asJsonObject, variant)
        }
    }

    private fun construct(json: JsonObject, of: KClass<*>): Any {
        val constructor = of.primaryConstructor!!
        val known = constructor.parameters.map { plain(it.name!!) }
        val strange = json.keySet().filter { plain(it) !in known }
        require(strange.isEmpty()) { "${of.simpleName} has no $strange" }
        return constructor.callBy(constructor.parameters.associateWith { given(json, it) })
    }

    private fun given(json: JsonObject, parameter: KParameter): Any? {
        val member = json.entrySet().firstOrNull { plain(it.key) == plain(parameter.name!!) }?.value
        return when {
            member != null && !member.isJsonNull -> read(member, parameter.type)
            parameter.type.isMarkedNullable -> null
            else -> zero(parameter.type)
        }
    }

    /** Returns the default of a missing field. */
    private fun zero(type: KType): Any = when (val of = type.classifier as KClass<*>) {
        Boolean::class -> false
        String::class -> ""
        Int::class -> 0
        Long::class -> 0L
        ByteArray::class -> ByteArray(0)
        List::class -> emptyList<Any>()
        else -> construct(JsonObject(), of)
    }

    fun write(value: Any?): JsonElement = when (value) {
        null -> com.google.gson.JsonNull.INSTANCE
        is Boolean -> JsonPrimitive(value)
        is String -> JsonPrimitive(value)
        is Int -> JsonPrimitive(value)
        is Long -> JsonPrimitive(value)
        is ByteArray -> JsonObject().apply { addProperty("hex", value.hex()) }
        is List<*> -> JsonArray().apply { value.forEach { add(write(it)) } }
        is Enum<*> -> JsonPrimitive(value.name)
        else -> writeObject(value)
    }

    private fun writeObject(value: Any): JsonElement {
        val of = value::class
        val isVariant = of.java.superclass.kotlin.isSealed
        if (isVariant && of.objectInstance != null) return JsonPrimitive(of.simpleName!!)
        val members = JsonObject()
        for (property in of.memberProperties) {
            property.isAccessible = true
            members.add(words(property.name), write(property.getter.call(value)))
        }
        if (!isVariant) return members
        val held = if (members.keySet() == setOf("value")) members["value"] else members
        return JsonObject().apply { add(of.simpleName!!, held) }
    }

    /** Fails unless [whole] contains [part]: objects member by member, names without case and separators. */
    fun contains(whole: JsonElement?, part: JsonElement, where: String) {
        val differs = { throw AssertionError("$where is $whole, expected $part") }
        when {
            whole == null -> differs()

            part is JsonObject && part.keySet() == setOf("text") ->
                if (whole.asJsonObject["hex"].asString != part["text"].asString.encodeToByteArray().hex()) differs()

            part is JsonObject -> for ((name, inner) in part.entrySet()) {
                val members = (whole as? JsonObject)?.entrySet() ?: differs()
                contains(members.firstOrNull { plain(it.key) == plain(name) }?.value, inner, "$where.$name")
            }

            part is JsonArray -> {
                val items = whole as? JsonArray ?: differs()
                if (items.size() != part.size()) differs()
                part.forEachIndexed { at, inner -> contains(items[at], inner, "$where[$at]") }
            }

            part is JsonPrimitive && part.isString ->
                if (whole !is JsonPrimitive ||
                    (whole.asString != part.asString && plain(whole.asString) != plain(part.asString))
                ) {
                    differs()
                }

            part is JsonPrimitive && part.isNumber -> if (whole.asBigInteger != part.asBigInteger) differs()

            else -> if (whole != part) differs()
        }
    }
}

/** Calls an operation by its name. */
suspend fun raw(parsec: Parsec, step: Step): ByteArray? {
    val name = step.need("operation").replace("_", "")
    val call = Raw::class.memberFunctions.first { it.name.lowercase() == name }
    val input = step.json["input"].asJsonObject
    val arguments = call.parameters.drop(1).map { parameter ->
        val of = parameter.type.classifier as KClass<*>
        if (of.isSubclassOf(Provider::class)) provider(step.provider) else Contracts.read(input, of)
    }
    val answer = try {
        call.callSuspend(parsec.raw, *arguments.toTypedArray())
    } catch (thrown: InvocationTargetException) {
        throw thrown.targetException
    }
    val output = Contracts.write(answer)
    step.json["output"]?.let { Contracts.contains(output, it, "output") }
    return step.text("field")?.let { output.asJsonObject[it].asJsonObject["hex"].asString.unhex() }
}

private fun provider(number: Int): Provider = when (number) {
    0 -> Provider.CORE
    1 -> Provider.SOFTWARE
    2 -> Provider.PKCS11
    3 -> Provider.TPM
    else -> Provider.SECOND_PKCS11
}
