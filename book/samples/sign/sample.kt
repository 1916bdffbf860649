import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val key = parsec.getOrGenerate("invoices")
    val invoice = "invoice 7: 12 EUR".encodeToByteArray()
    val signature = key.sign(invoice) // DER, as in the JCA
    check(key.verify(signature, invoice))
    println("${signature.size} bytes")
}
