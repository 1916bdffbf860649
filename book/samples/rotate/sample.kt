import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val token = "token".encodeToByteArray()
    val old = parsec.getOrGenerate("tokens-2026")
    val signature = old.sign(token)

    val new = parsec.getOrGenerate("tokens-2027") // from now on this one signs
    check(new.verify(new.sign(token), token))
    check(old.verify(signature, token)) // what the old one has signed can still be checked

    old.delete() // once nothing of it is in use any more
}
