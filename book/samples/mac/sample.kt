import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val cookies = parsec.getOrGenerate("cookies", Hmac.SHA_256)
    val cookie = "user=7".encodeToByteArray()
    val code = cookies.compute(cookie)
    check(cookies.verify(code, cookie)) // false if it is wrong
}
