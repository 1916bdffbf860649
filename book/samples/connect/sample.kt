import org.parsec.client.*

// Every call is there for blocking code too: connectBlocking, keysBlocking, …
suspend fun main() = Parsec.connect().use { parsec ->
    for (provider in parsec.providers()) println(provider.description)
    for (key in parsec.keys()) println(key.name)
}
