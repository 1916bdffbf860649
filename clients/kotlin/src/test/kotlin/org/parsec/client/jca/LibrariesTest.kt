package org.parsec.client.jca

import com.nimbusds.jose.EncryptionMethod
import com.nimbusds.jose.JWEAlgorithm
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.JWSObject
import com.nimbusds.jose.JWSSigner
import com.nimbusds.jose.JWSVerifier
import com.nimbusds.jose.Payload
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.crypto.ECDSAVerifier
import com.nimbusds.jose.crypto.RSADecrypter
import com.nimbusds.jose.crypto.RSAEncrypter
import com.nimbusds.jose.crypto.RSASSASigner
import com.nimbusds.jose.crypto.RSASSAVerifier
import com.nimbusds.jose.jwk.Curve
import io.jsonwebtoken.Jwts
import org.bouncycastle.asn1.x500.X500Name
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder
import org.bouncycastle.jce.provider.BouncyCastleProvider
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder
import org.jose4j.jca.ProviderContext
import org.jose4j.jws.JsonWebSignature
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.TestInstance
import org.parsec.client.Ecdsa
import org.parsec.client.KeySpec
import org.parsec.client.Parsec
import org.parsec.client.Rsa
import org.parsec.client.TestService
import java.math.BigInteger
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Security
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.interfaces.RSAPublicKey
import java.time.Instant
import java.util.Date

/** JOSE libraries and BouncyCastle with keys of the service: with this provider given to them, or at the first position. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibrariesTest {
    private val service = TestService.default()
    private val parsec = Parsec.connectBlocking(service.endpoint)
    private val provider = ParsecProvider(parsec)
    private val keys = listOf("PS256" to Rsa.pss(2048), "RS256" to Rsa.pkcs1(2048), "ES256" to Ecdsa.P256)
        .associate { (algorithm, spec) -> algorithm to pair("library-$algorithm", spec) }

    private fun pair(name: String, spec: KeySpec<*>): KeyPair {
        val family = if (spec == Ecdsa.P256) "EC" else "RSA"
        return KeyPairGenerator.getInstance(family, provider).apply {
            initialize(ParsecKeyPairSpec(name, spec))
        }.generateKeyPair()
    }

    @AfterAll
    fun stop() {
        parsec.close()
        service.close()
    }

    /** Runs for each algorithm, with the provider as an argument, and at the first position without. */
    private fun each(work: (String, KeyPair, ParsecProvider?) -> Unit): List<DynamicTest> =
        keys.flatMap { (name, keys) ->
            listOf(
                dynamicTest("$name with the provider") {
                    Security.addProvider(provider)
                    try {
                        work(name, keys, provider)
                    } finally {
                        Security.removeProvider(ParsecProvider.NAME)
                    }
                },
                dynamicTest("$name with the provider at the first position") {
                    Security.insertProviderAt(provider, 1)
                    try {
                        work(name, keys, null)
                    } finally {
                        Security.removeProvider(ParsecProvider.NAME)
                    }
                },
            )
        }

    @TestFactory
    fun `Nimbus JOSE signs and verifies`(): List<DynamicTest> = each { name, keys, provider ->
        val ecdsa = name == "ES256"
        val signer: JWSSigner =
            if (ecdsa) ECDSASigner(keys.private, Curve.P_256) else RSASSASigner(keys.private)
        val verifier: JWSVerifier =
            if (ecdsa) ECDSAVerifier(keys.public as ECPublicKey) else RSASSAVerifier(keys.public as RSAPublicKey)
        provider?.let {
            signer.jcaContext.provider = it
            verifier.jcaContext.provider = it
        }
        val signed = JWSObject(JWSHeader(JWSAlgorithm.parse(name)), Payload("hello")).apply { sign(signer) }
        assertTrue(JWSObject.parse(signed.serialize()).verify(verifier))
    }

    @TestFactory
    fun `jjwt signs and verifies`(): List<DynamicTest> = each { name, keys, provider ->
        val builder = Jwts.builder().subject("hello")
        val signed = when (name) {
            "PS256" -> builder.provider(provider).signWith(keys.private, Jwts.SIG.PS256)
            "RS256" -> builder.provider(provider).signWith(keys.private, Jwts.SIG.RS256)
            else -> builder.provider(provider).signWith(keys.private, Jwts.SIG.ES256)
        }.compact()
        val parser = Jwts.parser().verifyWith(keys.public).provider(provider).build()
        assertEquals("hello", parser.parseSignedClaims(signed).payload.subject)
    }

    @TestFactory
    fun `jose4j signs and verifies`(): List<DynamicTest> = each { name, keys, provider ->
        val context = ProviderContext().apply {
            provider?.let { suppliedKeyProviderContext.signatureProvider = it.name }
        }
        val signed = JsonWebSignature().apply {
            payload = "hello"
            algorithmHeaderValue = name
            key = keys.private
            setProviderContext(context)
        }.compactSerialization
        val verified = JsonWebSignature().apply {
            compactSerialization = signed
            key = keys.public
            setProviderContext(context)
        }
        assertTrue(verified.verifySignature())
        assertEquals("hello", verified.payload)
    }

    @Test
    fun `Nimbus JOSE decrypts a message for an OAEP key`() {
        val keys = pair("library-oaep", Rsa.oaep(2048))
        val header = JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM)
        val message = JWEObject(header, Payload("hello")).apply { encrypt(RSAEncrypter(keys.public as RSAPublicKey)) }
        val decrypter = RSADecrypter(keys.private).apply { jcaContext.keyEncryptionProvider = provider }
        val read = JWEObject.parse(message.serialize()).apply { decrypt(decrypter) }
        assertEquals("hello", read.payload.toString())
    }

    @TestFactory
    fun `BouncyCastle issues certificates, by its names of algorithms`(): List<DynamicTest> = each {
            name,
            keys,
            given,
        ->
        val algorithm = when (name) {
            "PS256" -> "SHA256withRSAandMGF1"
            "RS256" -> "SHA256withRSA"
            else -> "SHA256withECDSA"
        }
        val signer = JcaContentSignerBuilder(algorithm).apply { given?.let(::setProvider) }.build(keys.private)
        val subject = X500Name("CN=$name")
        val now = Instant.now()
        val certificate = JcaX509v3CertificateBuilder(
            subject,
            BigInteger.ONE,
            Date.from(now),
            Date.from(now.plusSeconds(3600)),
            subject,
            keys.public,
        ).build(signer)
        val verifier = JcaContentVerifierProviderBuilder().apply { given?.let(::setProvider) }.build(keys.public)
        assertTrue(certificate.isSignatureValid(verifier))
        JcaX509CertificateConverter().getCertificate(certificate).verify(keys.public)
        JcaX509CertificateConverter().getCertificate(certificate).verify(keys.public, BouncyCastleProvider())
    }

    @TestFactory
    fun `signatures verify with BouncyCastle under every name and object identifier`(): List<DynamicTest> = listOf(
        Triple("PS256", "SHA256withRSAandMGF1", "SHA256withRSAandMGF1"),
        Triple("PS256", "SHA256withRSASSA-PSS", "SHA256withRSAandMGF1"),
        Triple("PS256", "SHA256withRSA/PSS", "SHA256withRSAandMGF1"),
        Triple("PS256", "PSS", "SHA256withRSAandMGF1"),
        Triple("PS256", "1.2.840.113549.1.1.10", "SHA256withRSAandMGF1"),
        Triple("RS256", "1.2.840.113549.1.1.11", "SHA256withRSA"),
        Triple("RS256", "OID.1.2.840.113549.1.1.11", "SHA256withRSA"),
        Triple("RS256", "SHA256withRSAEncryption", "SHA256withRSA"),
        Triple("ES256", "1.2.840.10045.4.3.2", "SHA256withECDSA"),
        Triple("ES256", "SHA256withPLAIN-ECDSA", "SHA256withPLAIN-ECDSA"),
        Triple("ES256", "SHA256withECDSAinP1363Format", "SHA256withPLAIN-ECDSA"),
    ).map { (key, name, theirs) ->
        dynamicTest(name) {
            val message = "hello".encodeToByteArray()
            val signature = Signature.getInstance(name, provider).run {
                initSign(keys.getValue(key).private)
                update(message)
                sign()
            }
            val verifier = Signature.getInstance(theirs, BouncyCastleProvider()).apply {
                initVerify(keys.getValue(key).public)
                update(message)
            }
            assertTrue(verifier.verify(signature))
        }
    }
}
