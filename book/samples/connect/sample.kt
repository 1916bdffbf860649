import org.parsec.client.*

// Every call also has a blocking form: connectBlocking, keysBlocking, …
suspend fun main() = Parsec.connect().use { parsec ->
    for (provider in parsec.providers()) println(provider.description)
    for (key in parsec.keys()) println(key.name)
}
