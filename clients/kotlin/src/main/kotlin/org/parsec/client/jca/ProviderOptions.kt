package org.parsec.client.jca

import org.parsec.client.Parsec
import org.parsec.client.Provider
import java.security.InvalidParameterException
import java.time.Duration

/** The options of [ParsecProvider.configure]. */
internal class ProviderOptions private constructor(private val values: Map<String, String>) {
    fun connect(): Parsec = Parsec.connectBlocking(
        endpoint = values[ENDPOINT],
        application = values[APPLICATION],
        provider = values[PROVIDER]?.let(::provider),
        timeout = values[TIMEOUT]?.let(::timeout),
    )

    companion object {
        private const val ENDPOINT = "endpoint"
        private const val APPLICATION = "application"
        private const val PROVIDER = "provider"
        private const val TIMEOUT = "timeout"
        private val NAMES = listOf(ENDPOINT, APPLICATION, PROVIDER, TIMEOUT)

        /** Reads options, and checks all but the endpoint, which connecting does. */
        fun parse(text: String): ProviderOptions {
            val values = LinkedHashMap<String, String>()
            for (part in text.split(',').map(String::trim).filter(String::isNotEmpty)) {
                val name = part.substringBefore('=').trim()
                val value = part.substringAfter('=', "").trim()
                if (name !in NAMES) {
                    throw InvalidParameterException(
                        "there is no option \"$name\"; the options are ${NAMES.joinToString()}",
                    )
                }
                if (value.isEmpty()) throw InvalidParameterException("the option $name needs a value: $name=…")
                if (values.put(name, value) != null) throw InvalidParameterException("the option $name is given twice")
            }
            values[PROVIDER]?.let(::provider)
            values[TIMEOUT]?.let(::timeout)
            return ProviderOptions(values)
        }

        private fun provider(name: String): Provider =
            Provider.values().firstOrNull { it.name.replace("_", "").equals(name.replace("-", ""), ignoreCase = true) }
                ?: throw InvalidParameterException(
                    "there is no provider \"$name\": the providers are " +
                        Provider.values().joinToString { it.name.lowercase().replace('_', '-') },
                )

        private fun timeout(text: String): Duration {
            val millis = text.toLongOrNull()?.takeIf { it > 0 }
                ?: throw InvalidParameterException("timeout is a positive number of milliseconds, not \"$text\"")
            return Duration.ofMillis(millis)
        }
    }
}
