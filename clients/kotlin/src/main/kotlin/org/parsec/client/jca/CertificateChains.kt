package org.parsec.client.jca

import java.io.OutputStream
import java.security.GeneralSecurityException
import java.security.PublicKey
import java.security.cert.Certificate
import java.security.cert.CertificateException
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.util.Base64

/** Certificates of a PEM file, in any order. Text around the blocks is ignored. */
internal class CertificateFile private constructor(private val certificates: List<X509Certificate>) {
    /** Returns the chain of a key, its own certificate first, or `null` if the file has no certificate for it. */
    fun chainOf(key: PublicKey): List<Certificate>? {
        var next = certificates.firstOrNull { it.publicKey.encoded.contentEquals(key.encoded) } ?: return null
        val chain = mutableListOf(next)
        while (true) {
            next = certificates.firstOrNull { it !in chain && issued(it, next) } ?: return chain
            chain += next
        }
    }

    /** The subjects of all certificates, for errors. */
    val subjects: String get() = certificates.joinToString("; ") { it.subjectX500Principal.name }

    private fun issued(issuer: X509Certificate, certificate: X509Certificate): Boolean {
        if (issuer.subjectX500Principal != certificate.issuerX500Principal) return false
        return try {
            certificate.verify(issuer.publicKey)
            true
        } catch (_: GeneralSecurityException) {
            false
        }
    }

    companion object {
        private val BLOCK =
            Regex("-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", RegexOption.DOT_MATCHES_ALL)

        /** Reads PEM, of which other blocks are ignored. */
        fun read(pem: String): CertificateFile {
            val factory = CertificateFactory.getInstance("X.509")
            val read = BLOCK.findAll(pem).map { block ->
                val der = try {
                    Base64.getMimeDecoder().decode(block.groupValues[1])
                } catch (failure: IllegalArgumentException) {
                    throw CertificateException("a certificate is not valid base64: ${failure.message}", failure)
                }
                factory.generateCertificate(der.inputStream()) as X509Certificate
            }.distinct().toList()
            if (read.isEmpty()) {
                throw CertificateException("there is no block BEGIN CERTIFICATE: give the certificates in PEM")
            }
            return CertificateFile(read)
        }
    }
}

/** Writes certificates in the form that [CertificateFile] reads. */
internal fun OutputStream.writePem(chain: Array<Certificate>) {
    val encoder = Base64.getMimeEncoder(64, "\n".encodeToByteArray())
    for (certificate in chain) {
        val text = encoder.encodeToString(certificate.encoded)
        write("-----BEGIN CERTIFICATE-----\n$text\n-----END CERTIFICATE-----\n".encodeToByteArray())
    }
}
