package org.parsec.client.jca

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.util.concurrent.TimeUnit
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManager
import javax.net.ssl.TrustManagerFactory
import kotlin.io.path.inputStream
import kotlin.io.path.readText
import kotlin.io.path.writeText

/** A certificate authority for a test, by openssl. */
class Authority : AutoCloseable {
    private val folder: Path = Files.createTempDirectory("parsec-authority-")

    init {
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem",
        )
    }

    private fun openssl(vararg arguments: String) {
        val log = folder.resolve("log").toFile()
        val process = ProcessBuilder("openssl", *arguments).directory(folder.toFile())
            .redirectErrorStream(true).redirectOutput(log).start()
        check(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) { log.readText() }
    }

    /** A request of a key that openssl makes. */
    fun request(subject: String): String {
        openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", "/" + subject.replace(",", "/"), "-keyout", "own.key", "-out", "own.csr",
        )
        return folder.resolve("own.csr").readText()
    }

    /** A certificate for a request. */
    fun certificate(request: String, extension: String? = null): String {
        folder.resolve("request.csr").writeText(request)
        val with = extension?.let {
            folder.resolve("extension").writeText(it)
            arrayOf("-extfile", "extension")
        } ?: emptyArray()
        openssl(
            "x509", "-req", "-in", "request.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-out", "certificate.pem", *with,
        )
        return folder.resolve("certificate.pem").readText()
    }

    /** What trusts this authority alone. */
    val trusted: Array<TrustManager>
        get() {
            val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null, null) }
            val own = java.security.cert.CertificateFactory.getInstance("X.509")
                .generateCertificate(folder.resolve("ca.pem").inputStream())
            store.setCertificateEntry("authority", own)
            return TrustManagerFactory.getInstance("PKIX").apply { init(store) }.trustManagers
        }

    /** A server of this machine's name, whose key is openssl's. */
    fun server(): SSLContext {
        val certificate = certificate(request("CN=localhost"), "subjectAltName=DNS:localhost,IP:127.0.0.1")
        folder.resolve("server.pem").writeText(certificate)
        openssl("pkcs12", "-export", "-in", "server.pem", "-inkey", "own.key", "-passout", "pass:test", "-out", "server.p12")
        val store = KeyStore.getInstance("PKCS12").apply {
            folder.resolve("server.p12").inputStream().use { load(it, "test".toCharArray()) }
        }
        val managers = KeyManagerFactory.getInstance("PKIX").apply { init(store, "test".toCharArray()) }.keyManagers
        return SSLContext.getInstance("TLS").apply { init(managers, trusted, null) }
    }

    override fun close() {
        folder.toFile().walkBottomUp().forEach(File::delete)
    }
}
