package org.parsec.client.jca

import com.sun.net.httpserver.HttpsConfigurator
import com.sun.net.httpserver.HttpsServer
import jakarta.servlet.http.HttpServlet
import jakarta.servlet.http.HttpServletRequest
import jakarta.servlet.http.HttpServletResponse
import org.apache.catalina.connector.Connector
import org.apache.catalina.startup.Tomcat
import org.apache.tomcat.util.net.SSLHostConfig
import org.apache.tomcat.util.net.SSLHostConfigCertificate
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir
import org.parsec.client.Ecdsa
import org.parsec.client.Parsec
import org.parsec.client.Rsa
import org.parsec.client.SigningSpec
import org.parsec.client.TestService
import org.springframework.boot.ssl.SslBundle
import org.springframework.boot.ssl.SslBundleKey
import org.springframework.boot.ssl.jks.JksSslStoreBundle
import org.springframework.boot.ssl.jks.JksSslStoreDetails
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.security.Security
import javax.net.ssl.SSLContext
import kotlin.io.path.writeText

/** Servers whose configuration names a key store: a PEM file with the certificates of a key of the service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServersTest {
    @TempDir
    private lateinit var folder: Path
    private val service = TestService.default()
    private val parsec = Parsec.connectBlocking(service.endpoint)
    private val authority = Authority()

    init {
        Security.addProvider(ParsecProvider(parsec))
    }

    @AfterAll
    fun stop() {
        Security.removeProvider(ParsecProvider.NAME)
        authority.close()
        parsec.close()
        service.close()
    }

    private fun chain(name: String, spec: SigningSpec): Path {
        val key = parsec.generateBlocking(name, spec)
        val own = authority.certificate(key.toCsrBlocking("CN=localhost").toPem(), "subjectAltName=DNS:localhost")
        return folder.resolve("$name.pem").apply { writeText(own + authority.ownPem) }
    }

    private fun get(port: Int): String {
        val tls = SSLContext.getInstance("TLS").apply { init(null, authority.trusted, null) }
        val client = HttpClient.newBuilder().sslContext(tls).build()
        return client.send(
            HttpRequest.newBuilder(URI("https://localhost:$port/")).build(),
            BodyHandlers.ofString(),
        ).body()
    }

    @Test
    fun `Tomcat serves HTTPS with two keys`() {
        val tls = SSLHostConfig()
        for ((type, name, spec) in listOf(
            Triple(SSLHostConfigCertificate.Type.EC, "tomcat-ec", Ecdsa.P256),
            Triple(SSLHostConfigCertificate.Type.RSA, "tomcat-rsa", Rsa.pss(2048)),
        )) {
            tls.addCertificate(
                SSLHostConfigCertificate(tls, type).apply {
                    certificateKeystoreFile = chain(name, spec).toString()
                    certificateKeystoreType = "Parsec"
                },
            )
        }
        val tomcat = Tomcat()
        tomcat.setBaseDir(folder.toString())
        tomcat.connector = Connector().apply {
            port = 0
            secure = true
            scheme = "https"
            setProperty("SSLEnabled", "true")
            addSslHostConfig(tls)
        }
        tomcat.addContext("", null).apply {
            Tomcat.addServlet(this, "hello", Hello())
            addServletMappingDecoded("/", "hello")
        }
        tomcat.start()
        try {
            assertEquals("hello", get(tomcat.connector.localPort))
        } finally {
            tomcat.stop()
            tomcat.destroy()
        }
    }

    private class Hello : HttpServlet() {
        override fun doGet(request: HttpServletRequest, response: HttpServletResponse) = response.writer.print("hello")

        private companion object {
            private const val serialVersionUID = 1L
        }
    }

    @Test
    fun `an SSL bundle of Spring Boot has the key`() {
        val file = "file:" + chain("spring", Ecdsa.P256)
        val stores = JksSslStoreBundle(JksSslStoreDetails("Parsec", null, file, null), null)
        val bundle = SslBundle.of(stores, SslBundleKey.of(null, "spring"))
        bundle.key.assertContainsAlias(bundle.stores.keyStore)
        val server = HttpsServer.create(InetSocketAddress("localhost", 0), 0)
        server.httpsConfigurator = HttpsConfigurator(bundle.createSslContext())
        server.createContext("/") { exchange ->
            val answer = "hello".encodeToByteArray()
            exchange.sendResponseHeaders(200, answer.size.toLong())
            exchange.responseBody.use { it.write(answer) }
        }
        server.start()
        try {
            assertEquals("hello", get(server.address.port))
        } finally {
            server.stop(0)
        }
    }
}
