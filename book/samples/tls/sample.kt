import java.io.File
import java.net.URI
import java.net.http.*
import java.security.KeyStore
import java.security.Security
import java.security.cert.CertificateFactory
import javax.net.ssl.*
import org.parsec.client.*
import org.parsec.client.jca.*

fun main() = Parsec.connectBlocking(provider = Provider.TPM).use { parsec ->
    parsec.getOrGenerateBlocking("tls-client")
    Security.addProvider(ParsecProvider(parsec)) // after the defaults, so nothing else changes

    val keys = KeyStore.getInstance("Parsec")
    keys.load(ParsecKeyStore.withCertificates("tls-client" to File("client.pem").readText()))
    val own = KeyManagerFactory.getInstance("PKIX").apply { init(keys, null) }

    val authority = File("ca.pem").inputStream().use(CertificateFactory.getInstance("X.509")::generateCertificate)
    val trusted = KeyStore.getInstance("PKCS12").apply { load(null); setCertificateEntry("ca", authority) }
    val others = TrustManagerFactory.getInstance("PKIX").apply { init(trusted) }

    val tls = SSLContext.getInstance("TLS").apply { init(own.keyManagers, others.trustManagers, null) }
    val web = HttpClient.newBuilder().sslContext(tls).build()
    val request = HttpRequest.newBuilder(URI("https://localhost:${System.getenv("PORT")}/")).build()
    println(web.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
}
