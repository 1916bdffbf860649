import java.io.File
import org.parsec.client.*

fun main() {
    val films = Parsec.connectBlocking().getOrGenerateBlocking("films", Aes.GCM_256.with(uses = listOf(KeyUse.STREAMS)))
    val context = "film 7".encodeToByteArray()
    File("film.bin").inputStream().use { film ->
        File("film.sealed").outputStream().use { films.encrypt(film, context).copyTo(it) }
    }
    // Throws at the end if anything was changed: do not use the data before.
    File("film.sealed").inputStream().use { sealed ->
        File("film.again").outputStream().use { films.decrypt(sealed, context).copyTo(it) }
    }
}
