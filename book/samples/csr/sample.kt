import java.io.File
import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val key = parsec.getOrGenerate("web")
    val csr = key.toCsr("CN=web,O=Example", listOf("web.example.org"))
    File("web.csr").writeText(csr.toPem())
}
