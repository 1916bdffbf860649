package org.parsec.client.jca

import com.sun.net.httpserver.HttpsConfigurator
import com.sun.net.httpserver.HttpsExchange
import com.sun.net.httpserver.HttpsParameters
import com.sun.net.httpserver.HttpsServer
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import org.parsec.client.Ecdsa
import org.parsec.client.Parsec
import org.parsec.client.Provider
import org.parsec.client.Rsa
import org.parsec.client.SigningSpec
import org.parsec.client.TestService
import org.parsec.client.samples.mutualTls
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.security.Security
import java.util.concurrent.Executors
import javax.net.ssl.SSLContext

/** Mutual TLS between the JDK's own client and server, with a client key in a TPM. */
class MutualTlsTest {
    private class Handshake(val provider: Provider, val spec: SigningSpec, val version: String)

    @TestFactory
    fun `the JDK's HttpClient uses a certificate whose key stays in the service`(): List<DynamicTest> = listOf(
        Handshake(Provider.TPM, Ecdsa.P256, "TLSv1.3"),
        Handshake(Provider.TPM, Ecdsa.P256, "TLSv1.2"),
        Handshake(Provider.TPM, Rsa.pss(2048), "TLSv1.3"),
        Handshake(Provider.PKCS11, Ecdsa.P256, "TLSv1.3"),
        Handshake(Provider.SOFTWARE, Rsa.pkcs1(2048), "TLSv1.2"),
    ).map { dynamicTest("${it.spec} on ${it.provider} in ${it.version}") { shake(it) } }

    private fun shake(handshake: Handshake) {
        TestService.devices().use { service ->
            val parsec = Parsec.connectBlocking(service.endpoint, application = "web", provider = handshake.provider)
            Authority().use { authority ->
                val key = parsec.generateBlocking("web-tls", handshake.spec)
                assertEquals(handshake.provider, key.provider)
                val chain = authority.certificate(key.toCsrBlocking("CN=client").toPem())
                val server = serve(authority.server(), handshake.version)
                try {
                    val url = URI("https://localhost:${server.address.port}/")
                    val client = mutualTls(parsec, chain, authority.trusted)
                    assertEquals("CN=client in ${handshake.version}", client.get(url))
                    assertThrows(java.io.IOException::class.java) { anonymous(authority).get(url) }
                } finally {
                    server.stop(0)
                    Security.removeProvider(ParsecProvider.NAME)
                }
            }
        }
    }

    private fun HttpClient.get(url: URI): String =
        send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString()).body()

    private fun anonymous(authority: Authority): HttpClient {
        val tls = SSLContext.getInstance("TLS").apply { init(null, authority.trusted, null) }
        return HttpClient.newBuilder().sslContext(tls).build()
    }

    private fun serve(tls: SSLContext, version: String): HttpsServer {
        val server = HttpsServer.create(InetSocketAddress("localhost", 0), 0)
        server.httpsConfigurator = object : HttpsConfigurator(tls) {
            override fun configure(parameters: HttpsParameters) {
                parameters.setSSLParameters(
                    tls.defaultSSLParameters.apply {
                        needClientAuth = true
                        protocols = arrayOf(version)
                    },
                )
            }
        }
        server.executor = Executors.newCachedThreadPool { Thread(it).apply { isDaemon = true } }
        server.createContext("/") { exchange ->
            val session = (exchange as HttpsExchange).sslSession
            val answer = "${session.peerPrincipal} in ${session.protocol}".encodeToByteArray()
            exchange.sendResponseHeaders(200, answer.size.toLong())
            exchange.responseBody.use { it.write(answer) }
        }
        server.start()
        return server
    }
}
