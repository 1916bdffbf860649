package org.parsec.client.jca

import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.TestInstance
import org.parsec.client.Aes
import org.parsec.client.AnySpec
import org.parsec.client.Parsec
import org.parsec.client.Rsa
import org.parsec.client.TestService
import org.parsec.client.importBytesBlocking
import java.security.AlgorithmParameters
import java.security.InvalidKeyException
import java.security.InvalidParameterException
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.MessageDigest
import java.security.Signature
import java.security.SignatureException
import java.security.spec.ECGenParameterSpec
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec
import java.security.spec.X509EncodedKeySpec
import javax.crypto.Cipher
import javax.crypto.KeyAgreement
import javax.crypto.Mac
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.OAEPParameterSpec
import javax.crypto.spec.PSource
import javax.crypto.spec.SecretKeySpec

/** The provider, asked by name, for keys that are not of the service: the JVM's other providers serve them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DelegationTest {
    private val service = TestService.default()
    private val parsec = Parsec.connectBlocking(service.endpoint)
    private val provider = ParsecProvider(parsec)
    private val message = "hello".encodeToByteArray()
    private val sha256 = PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)
    private val rsa = KeyPairGenerator.getInstance("RSA").apply { initialize(2048) }.generateKeyPair()
    private val ec = KeyPairGenerator.getInstance("EC").apply {
        initialize(ECGenParameterSpec("secp256r1"))
    }.generateKeyPair()

    @AfterAll
    fun stop() {
        parsec.close()
        service.close()
    }

    @TestFactory
    fun `signs and verifies with keys of others`(): List<DynamicTest> = listOf(
        "SHA256withRSA" to rsa,
        "SHA256withECDSA" to ec,
        "SHA256withECDSAinP1363Format" to ec,
        "SHA256withRSAandMGF1" to rsa,
        "Ed25519" to KeyPairGenerator.getInstance("Ed25519").generateKeyPair(),
    ).map { (name, keys) ->
        dynamicTest(name) {
            val signature = Signature.getInstance(name, provider).run {
                initSign(keys.private)
                update(message[0])
                update(message, 1, message.size - 1)
                sign()
            }
            val verifier = Signature.getInstance(name, provider).apply { initVerify(keys.public) }
            verifier.update(message)
            assertTrue(verifier.verify(signature))
            verifier.update("other".encodeToByteArray())
            assertFalse(verifier.verify(signature))
        }
    }

    @Test
    fun `parameters set before a key of others reach its provider`() {
        // Parameters that keys of the service would refuse.
        val short = PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA1, 20, 1)
        val signature = Signature.getInstance("RSASSA-PSS", provider).run {
            setParameter(short)
            initSign(rsa.private)
            update(message)
            sign()
        }
        val verifier = Signature.getInstance("RSASSA-PSS", provider).apply {
            setParameter(short)
            initVerify(rsa.public)
            update(message)
        }
        assertTrue(verifier.verify(signature))
        assertNotNull(verifier.parameters)
    }

    @Test
    fun `PSS takes parameters before the key, after it, or from its policy`() {
        val keys = KeyPairGenerator.getInstance("RSA", provider).apply {
            initialize(ParsecKeyPairSpec("pss-orders", Rsa.pss(2048)))
        }.generateKeyPair()
        val orders: Map<String, (Signature) -> Unit> = mapOf(
            "before" to {
                it.setParameter(sha256)
                it.initSign(keys.private)
            },
            "after" to {
                it.initSign(keys.private)
                it.setParameter(sha256)
            },
            "policy" to { it.initSign(keys.private) },
        )
        for ((order, start) in orders) {
            val signer = Signature.getInstance("RSASSA-PSS", provider).apply(start)
            val used = signer.parameters.getParameterSpec(PSSParameterSpec::class.java)
            assertEquals("SHA-256", used.digestAlgorithm, order)
            signer.update(message)
            val verifier = Signature.getInstance("RSASSA-PSS", provider).apply {
                setParameter(sha256)
                initVerify(keys.public)
                update(message)
            }
            assertTrue(verifier.verify(signer.sign()), order)
        }
        val other = PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1)
        val refused = Signature.getInstance("RSASSA-PSS", provider).apply { setParameter(other) }
        val failure = assertThrows(InvalidKeyException::class.java) { refused.initSign(keys.private) }
        assertTrue("pss-orders" in failure.message.orEmpty(), failure.message)
        val hash = MessageDigest.getInstance("SHA-256").digest(message)
        val raw = Signature.getInstance("NONEwithRSASSA-PSS", provider).run {
            initSign(keys.private)
            update(hash)
            sign()
        }
        val verifier = Signature.getInstance("SHA256withRSAandMGF1", provider).apply {
            initVerify(keys.public)
            update(message)
        }
        assertTrue(verifier.verify(raw))
    }

    @Test
    fun `NONEwithRSA signs a DigestInfo`() {
        val keys = KeyPairGenerator.getInstance("RSA", provider).apply {
            initialize(ParsecKeyPairSpec("raw-rsa", Rsa.pkcs1(2048)))
        }.generateKeyPair()
        val signer = Signature.getInstance("NONEwithRSA", provider).apply { initSign(keys.private) }
        val start = "3031300d060960864801650304020105000420".chunked(2).map { it.toInt(16).toByte() }.toByteArray()
        signer.update(start + MessageDigest.getInstance("SHA-256").digest(message))
        val verifier = Signature.getInstance("SHA256withRSA").apply {
            initVerify(keys.public)
            update(message)
        }
        assertTrue(verifier.verify(signer.sign()))
        signer.update(message)
        val failure = assertThrows(SignatureException::class.java) { signer.sign() }
        assertTrue("DigestInfo" in failure.message.orEmpty(), failure.message)
    }

    @Test
    fun `ciphers, codes and agreements with keys of others`() {
        val aes = SecretKeySpec(ByteArray(16), "AES")
        val cipher = Cipher.getInstance("AES/GCM/NoPadding", provider).apply { init(Cipher.ENCRYPT_MODE, aes) }
        cipher.updateAAD(message)
        val sealed = cipher.update(message).orEmpty() + cipher.doFinal()
        val opened = Cipher.getInstance("AES/GCM/NoPadding", provider).run {
            init(Cipher.DECRYPT_MODE, aes, cipher.parameters)
            updateAAD(message)
            doFinal(sealed)
        }
        assertArrayEquals(message, opened)

        val mac = Mac.getInstance("HmacSHA256", provider).apply { init(SecretKeySpec(ByteArray(32), "HmacSHA256")) }
        val own = Mac.getInstance("HmacSHA256", "SunJCE").apply { init(SecretKeySpec(ByteArray(32), "HmacSHA256")) }
        assertArrayEquals(own.doFinal(message), mac.doFinal(message))

        val agreed = KeyAgreement.getInstance("ECDH", provider).run {
            init(ec.private)
            doPhase(ec.public, true)
            generateSecret()
        }
        assertEquals(32, agreed.size)

        val oaep = "RSA/ECB/OAEPWithSHA-256AndMGF1Padding"
        val secret = Cipher.getInstance(oaep, provider).run {
            init(Cipher.ENCRYPT_MODE, rsa.public)
            doFinal(message)
        }
        val read = Cipher.getInstance(oaep, provider).run {
            init(Cipher.DECRYPT_MODE, rsa.private)
            doFinal(secret)
        }
        assertArrayEquals(message, read)
    }

    private fun ByteArray?.orEmpty() = this ?: ByteArray(0)

    @Test
    fun `OAEP unwraps a key that was wrapped for the public key`() {
        val keys = KeyPairGenerator.getInstance("RSA", provider).apply {
            initialize(ParsecKeyPairSpec("unwrap", Rsa.oaep(2048)))
        }.generateKeyPair()
        val oaep = "RSA/ECB/OAEPWithSHA-256AndMGF1Padding"
        val parameters = OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT)
        val wrapped = SecretKeySpec(ByteArray(32) { it.toByte() }, "AES")
        val bytes = Cipher.getInstance(oaep, provider).run {
            init(Cipher.WRAP_MODE, keys.public, parameters)
            wrap(wrapped)
        }
        val cipher = Cipher.getInstance(oaep, provider).apply { init(Cipher.UNWRAP_MODE, keys.private, parameters) }
        assertEquals(wrapped, cipher.unwrap(bytes, "AES", Cipher.SECRET_KEY))
        bytes[0] = (bytes[0].toInt() xor 1).toByte()
        assertThrows(InvalidKeyException::class.java) { cipher.unwrap(bytes, "AES", Cipher.SECRET_KEY) }
    }

    @Test
    fun `AES-GCM wraps and unwraps keys`() {
        parsec.generateBlocking("wrapper", Aes.GCM_256)
        val key = KeyStore.getInstance("Parsec", provider).apply { load(null) }.getKey("wrapper", null)
        val wrapped = SecretKeySpec(ByteArray(16) { it.toByte() }, "AES")
        val cipher = Cipher.getInstance("AES/GCM/NoPadding", provider).apply { init(Cipher.WRAP_MODE, key) }
        val bytes = cipher.wrap(wrapped)
        cipher.init(Cipher.UNWRAP_MODE, key, GCMParameterSpec(128, cipher.iv))
        assertEquals(wrapped, cipher.unwrap(bytes, "AES", Cipher.SECRET_KEY))
    }

    @Test
    fun `long messages are sent in pieces`() {
        val bytes = ByteArray(32) { it.toByte() }
        parsec.importBytesBlocking("long", bytes, Aes.GCM_256)
        val key = KeyStore.getInstance("Parsec", provider).apply { load(null) }.getKey("long", null)
        val long = ByteArray(5_000_001) { (it % 251).toByte() }
        val cipher = Cipher.getInstance("AES/GCM/NoPadding", provider).apply { init(Cipher.ENCRYPT_MODE, key) }
        cipher.updateAAD(message)
        val sealed = java.io.ByteArrayOutputStream()
        javax.crypto.CipherOutputStream(sealed, cipher).use { it.write(long) }
        val parameters = GCMParameterSpec(128, cipher.iv)
        val own = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE").apply {
            init(Cipher.DECRYPT_MODE, SecretKeySpec(bytes, "AES"), parameters)
            updateAAD(message)
        }
        assertArrayEquals(long, own.doFinal(sealed.toByteArray()))
        val back = Cipher.getInstance("AES/GCM/NoPadding", provider).apply {
            init(Cipher.DECRYPT_MODE, key, parameters)
        }
        back.updateAAD(message)
        // Nothing is returned before the whole message is authentic.
        val first = back.update(sealed.toByteArray(), 0, 3_000_000).orEmpty()
        assertEquals(0, first.size)
        assertArrayEquals(long, back.doFinal(sealed.toByteArray(), 3_000_000, sealed.size() - 3_000_000))
        val forged = sealed.toByteArray().also { it[100]++ }
        back.init(Cipher.DECRYPT_MODE, key, parameters)
        back.updateAAD(message)
        assertThrows(javax.crypto.AEADBadTagException::class.java) { back.doFinal(forged) }
    }

    @Test
    fun `parameters and encoded keys are those of other providers`() {
        val parameters = AlgorithmParameters.getInstance("PSS", provider).apply { init(sha256) }
        assertEquals(32, parameters.getParameterSpec(PSSParameterSpec::class.java).saltLength)
        val factory = KeyFactory.getInstance("EC", provider)
        assertEquals(ec.public, factory.generatePublic(X509EncodedKeySpec(ec.public.encoded)))
        parsec.generateBlocking("translated", AnySpec("ecdsa-p256"))
        val key = KeyStore.getInstance("Parsec", provider).apply { load(null) }.getKey("translated", null)
        assertEquals(key, factory.translateKey(key))
    }

    @Test
    fun `a configuration connects, and its mistakes are named`() {
        val configured = ParsecProvider().configure("endpoint=${service.endpoint}, provider=software,timeout=20000")
        KeyStore.getInstance("Parsec", configured).load(null)
        for ((wrong, part) in listOf(
            "endpont=unix:/x" to "endpont",
            "endpoint" to "value",
            "provider=tpm,provider=tpm" to "twice",
            "provider=cloud" to "cloud",
            "timeout=soon" to "soon",
        )) {
            val failure = assertThrows(InvalidParameterException::class.java) { ParsecProvider().configure(wrong) }
            assertTrue(part in failure.message.orEmpty(), failure.message)
        }
    }
}
