import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val backup = parsec.getOrGenerate("backup", Aes.KEY_WRAP) // encrypts other keys
    val exportable = Aes.GCM_256.with(exportable = true)
    val wrappable = exportable.with(uses = listOf(KeyUse.WRAPPING))
    val archive = parsec.getOrGenerate("archive", wrappable)
    val sealed = archive.encrypt("secret".encodeToByteArray())
    // Keep this, and the key "backup", in safe places.
    val wrapped = backup.wrap(archive.name)

    archive.delete() // the accident
    val restored = backup.unwrap(wrapped, "archive", exportable)
    check(restored.decrypt(sealed).decodeToString() == "secret")
}
