package org.parsec.client.samples

import org.parsec.client.Aes
import org.parsec.client.AnySpec
import org.parsec.client.Ecdsa
import org.parsec.client.Hash
import org.parsec.client.Hmac
import org.parsec.client.KeyName
import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import org.parsec.client.Provider
import org.parsec.client.PublicKey
import org.parsec.client.Rsa
import org.parsec.client.SigningKey
import org.parsec.client.generate
import org.parsec.client.jca.ParsecKeyStore
import org.parsec.client.jca.ParsecProvider
import org.parsec.client.openAs
import org.parsec.client.withTemporaryKey
import java.net.http.HttpClient
import java.security.KeyStore
import java.security.Security
import java.security.Signature
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManager

// Samples of the documentation; SamplesTest runs them.

suspend fun tour(endpoint: String) {
    Parsec.connect(endpoint = endpoint).use { parsec ->
        val key = parsec.getOrGenerate("web-tls")
        val signature = key.sign("hello".encodeToByteArray())
        check(key.verify(signature, "hello".encodeToByteArray()))
        for (entry in parsec.keys()) println("${entry.name} on provider ${entry.provider}")
        key.delete()
    }
}

suspend fun failures(parsec: Parsec) {
    try {
        parsec.open("missing")
    } catch (e: ParsecException.KeyNotFound) {
        println(e.detail)
        println("advice: ${e.advice}")
    }
}

suspend fun names(parsec: Parsec) {
    val name = KeyName("letters")
    val key = parsec.generate(name)
    check(parsec.openAs<SigningKey>(name).publicKey == key.publicKey)
    key.delete()
}

suspend fun specs(parsec: Parsec) {
    val signer = parsec.generate("signer", Ecdsa.P384.with(hash = Hash.SHA512, provider = Provider.SOFTWARE))
    val codes = parsec.generate("codes", Hmac.SHA_256)
    val named = parsec.generate("by-name", AnySpec("aes-256-gcm"))
    println("${signer.description}, ${codes.description}, ${named.description}, not generated: ${Rsa.pss(3072)}")
    listOf(signer, codes, named).forEach { it.delete() }
}

suspend fun publicKeys(parsec: Parsec) {
    val key = parsec.generate("publisher")
    println(key.publicKey.toPem())
    println(key.publicKey.toJwk())
    check(PublicKey.ofDer(key.publicKey.toJava().encoded) == key.publicKey)
    key.delete()
}

suspend fun signing(parsec: Parsec) {
    val message = "hello".encodeToByteArray()
    val key = parsec.generate("signing")
    val signature = key.sign(message)
    // Anyone can verify it, without the service.
    val verifier = Signature.getInstance("SHA256withECDSA")
    verifier.initVerify(key.publicKey.toJava())
    verifier.update(message)
    check(verifier.verify(signature))
    key.delete()
}

suspend fun encryption(parsec: Parsec) {
    val vault = parsec.generate("vault", Aes.GCM_256)
    val context = "letter 1".encodeToByteArray()
    val sealed = vault.encrypt("hello".encodeToByteArray(), associatedData = context)
    check(vault.decrypt(sealed, associatedData = context).decodeToString() == "hello")
    vault.delete()
}

suspend fun temporary(parsec: Parsec) {
    val sealed = parsec.withTemporaryKey(Aes.GCM_256) { key -> key.encrypt("hello".encodeToByteArray()) }
    println("${sealed.size} bytes that nobody can read any more")
}

fun mutualTls(parsec: Parsec, chainPem: String, trusted: Array<TrustManager>): HttpClient {
    Security.addProvider(ParsecProvider(parsec)) // after the defaults, so nothing else changes
    val store = KeyStore.getInstance("Parsec").apply { load(ParsecKeyStore.withCertificates("web-tls" to chainPem)) }
    val managers = KeyManagerFactory.getInstance("PKIX").apply { init(store, null) }.keyManagers
    val tls = SSLContext.getInstance("TLS").apply { init(managers, trusted, null) }
    return HttpClient.newBuilder().sslContext(tls).build()
}
