import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val token = "token".encodeToByteArray()
    val old = parsec.getOrGenerate("tokens-2026")
    val signature = old.sign(token)

    val new = parsec.getOrGenerate("tokens-2027") // the new key signs from now on
    check(new.verify(new.sign(token), token))
    check(old.verify(signature, token)) // old signatures still verify

    old.delete() // when no data depends on it any more
}
