import org.parsec.client.*

suspend fun main() = Parsec.connect().use { parsec ->
    val key = parsec.getOrGenerate("invoices")
    val invoice = "invoice 7: 12 EUR".encodeToByteArray()
    val signature = key.sign(invoice) // DER, as the JCA has it
    check(key.verify(signature, invoice))
    println("${signature.size} bytes")
}
