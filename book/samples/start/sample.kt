import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val key = parsec.getOrGenerate("web-tls")
    val message = "hello".encodeToByteArray()
    val signature = key.sign(message)
    check(key.verify(signature, message)) // false if it does not match
    println(key.publicKey.toPem())
}
