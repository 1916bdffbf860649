import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val master = parsec.getOrGenerate("master", Hkdf.SHA_256)
    val session = master.deriveBytes("session 7".encodeToByteArray(), 16) // the same each time
    // Stays in the service.
    val alice = master.deriveKey("vault of alice".encodeToByteArray(), "alice", Aes.GCM_256)
    println("${session.size}, ${alice.encrypt("secret".encodeToByteArray()).size}")
}
