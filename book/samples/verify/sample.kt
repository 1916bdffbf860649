import java.io.File
import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val publicKey = PublicKey.ofPem(File("friend.pem").readText())
    val friend = parsec.importPublic("friend", publicKey, Ecdsa.P256)
    val valid = friend.verify(File("friend.sig").readBytes(), File("letter.txt").readBytes())
    println(if (valid) "the letter is from my friend" else "it is not")
}
