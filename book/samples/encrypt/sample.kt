import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val vault = parsec.getOrGenerate("vault", Aes.GCM_256)
    val context = "letter 7".encodeToByteArray()
    // Nonce, ciphertext and tag.
    val sealed = vault.encrypt("secret".encodeToByteArray(), associatedData = context)
    val opened = vault.decrypt(sealed, associatedData = context)
    println(opened.decodeToString())
}
