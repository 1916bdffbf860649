package org.parsec.client

/**
 * The name of a key as a type, so that code cannot confuse it with other text. Every method that takes a name also
 * takes a [String].
 *
 * @property value the name: any text, unique within an application
 *
 * @sample org.parsec.client.samples.names
 */
public data class KeyName(public val value: String) {
    init {
        require(value.isNotEmpty()) { "a key's name must not be empty: give it one, such as web-tls" }
    }

    /** The name itself. */
    override fun toString(): String = value
}

/** As [Parsec.generate]. */
public suspend fun <K : Key> Parsec.generate(name: KeyName, spec: KeySpec<K>): K = generate(name.value, spec)

/** As [Parsec.generate]. */
public suspend fun Parsec.generate(name: KeyName): SigningKey = generate(name.value)

/** As [Parsec.getOrGenerate]. */
public suspend fun <K : Key> Parsec.getOrGenerate(name: KeyName, spec: KeySpec<K>): K = getOrGenerate(name.value, spec)

/** As [Parsec.getOrGenerate]. */
public suspend fun Parsec.getOrGenerate(name: KeyName): SigningKey = getOrGenerate(name.value)

/** As [Parsec.open]. */
public suspend fun Parsec.open(name: KeyName): Key = open(name.value)

/** A key by its name, which must be of that class: `parsec.openAs<SigningKey>("web-tls")`. */
public suspend inline fun <reified K : Key> Parsec.openAs(name: String): K = openAs(name, K::class.java)

/** As [openAs]. */
public suspend inline fun <reified K : Key> Parsec.openAs(name: KeyName): K = openAs(name.value, K::class.java)
