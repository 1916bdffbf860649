package org.parsec.client.jca

import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.TestInstance
import org.parsec.client.Aes
import org.parsec.client.AnySpec
import org.parsec.client.ChaCha20
import org.parsec.client.Ecdh
import org.parsec.client.Ecdsa
import org.parsec.client.EdDsa
import org.parsec.client.Hmac
import org.parsec.client.KeySpec
import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import org.parsec.client.Rsa
import org.parsec.client.SigningKey
import org.parsec.client.TestService
import org.parsec.client.importBytesBlocking
import java.io.IOException
import java.nio.ByteBuffer
import java.security.InvalidKeyException
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.ProviderException
import java.security.SecureRandom
import java.security.Security
import java.security.Signature
import java.security.SignatureException
import java.security.UnrecoverableEntryException
import java.security.spec.ECGenParameterSpec
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyAgreement
import javax.crypto.Mac
import javax.crypto.ShortBufferException
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.OAEPParameterSpec
import javax.crypto.spec.PSource
import javax.crypto.spec.SecretKeySpec

/** Keys of the service through the JCA, checked with the JVM's own providers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JcaTest {
    private val service = TestService.default()
    private val parsec = Parsec.connectBlocking(service.endpoint)
    private val provider = ParsecProvider(parsec).also { Security.addProvider(it) }
    private val message = "hello".encodeToByteArray()

    @AfterAll
    fun stop() {
        Security.removeProvider(ParsecProvider.NAME)
        parsec.close()
        service.close()
    }

    private fun pair(family: String, name: String, spec: KeySpec<*>): KeyPair =
        KeyPairGenerator.getInstance(family, provider).apply {
            initialize(ParsecKeyPairSpec(name, spec))
        }.generateKeyPair()

    private class Case(val family: String, val spec: KeySpec<*>, val algorithm: String)

    @TestFactory
    fun `the JVM's own providers verify signatures`(): List<DynamicTest> = listOf(
        Case("EC", Ecdsa.P256, "SHA256withECDSA"),
        Case("EC", Ecdsa.P256, "SHA256withECDSAinP1363Format"),
        Case("EC", Ecdsa.P384, "SHA384withECDSA"),
        Case("EC", Ecdsa.P521, "SHA512withECDSA"),
        Case("RSA", Rsa.pkcs1(2048), "SHA256withRSA"),
        Case("EdDSA", EdDsa.ED25519, "Ed25519"),
    ).map { case ->
        dynamicTest("${case.algorithm} with ${case.spec}") {
            // Without a provider's name the JVM finds the one that supports the key.
            val keys = try {
                pair(case.family, "jca-${case.algorithm}", case.spec)
            } catch (failure: ProviderException) {
                assertTrue(
                    case.spec == EdDsa.ED25519 && failure.cause is ParsecException.NotSupported,
                )
                return@dynamicTest
            }
            val signer = Signature.getInstance(case.algorithm).apply { initSign(keys.private) }
            assertEquals(ParsecProvider.NAME, signer.provider.name)
            val signature = signer.run {
                update(message)
                sign()
            }
            val verifier = Signature.getInstance(case.algorithm).apply { initVerify(keys.public) }
            assertTrue(verifier.provider.name != ParsecProvider.NAME)
            verifier.update(message)
            assertTrue(verifier.verify(signature))
            verifier.update("goodbye".encodeToByteArray())
            assertFalse(verifier.verify(signature))
        }
    }

    @Test
    fun `PSS takes its hash from parameters`() {
        val keys = pair("RSA", "jca-pss", Rsa.pss(2048))
        val parameters = PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)
        val signer = Signature.getInstance("RSASSA-PSS").apply {
            // In this order: without a key the JVM would choose the first provider with the algorithm.
            initSign(keys.private)
            setParameter(parameters)
        }
        signer.update(message)
        val signature = signer.sign()
        val verifier = Signature.getInstance("RSASSA-PSS").apply {
            setParameter(parameters)
            initVerify(keys.public)
            update(message)
        }
        assertTrue(verifier.verify(signature))
    }

    @Test
    fun `a hash that the caller computed is signed`() {
        val keys = pair("EC", "jca-hashed", Ecdsa.P256)
        val hash = java.security.MessageDigest.getInstance("SHA-256").digest(message)
        val signature = Signature.getInstance("NONEwithECDSA").run {
            initSign(keys.private)
            update(hash)
            sign()
        }
        val verifier = Signature.getInstance("SHA256withECDSA").apply {
            initVerify(keys.public)
            update(message)
        }
        assertTrue(verifier.verify(signature))
    }

    @Test
    fun `a key refuses what its policy does not permit`() {
        val keys = pair("EC", "jca-policy", Ecdsa.P256)
        val failure = assertThrows(InvalidKeyException::class.java) {
            Signature.getInstance("SHA512withECDSA").initSign(keys.private)
        }
        assertTrue("jca-policy" in failure.message.orEmpty(), failure.message)
    }

    @Test
    fun `a failure of the service is the cause of a SignatureException`() {
        val keys = pair("EC", "jca-gone", Ecdsa.P256)
        val signer = Signature.getInstance("SHA256withECDSA").apply { initSign(keys.private) }
        parsec.openBlocking("jca-gone").deleteBlocking()
        signer.update(message)
        val failure = assertThrows(SignatureException::class.java) { signer.sign() }
        assertTrue(failure.cause is ParsecException.KeyNotFound)
    }

    @Test
    fun `private keys have no encoding`() {
        val keys = pair("EC", "jca-opaque", Ecdsa.P256)
        assertNull(keys.private.encoded)
        assertNull(keys.private.format)
    }

    @Test
    fun `AES-GCM matches the JVM's own, and a changed tag is refused`() {
        val bytes = ByteArray(32) { it.toByte() }
        parsec.importBytesBlocking("jca-aes", bytes, Aes.GCM_256)
        val key = store().getKey("jca-aes", null)
        val cipher = Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.ENCRYPT_MODE, key) }
        assertEquals(ParsecProvider.NAME, cipher.provider.name)
        cipher.updateAAD(message)
        val sealed = cipher.doFinal(message)
        val parameters = GCMParameterSpec(128, cipher.iv)
        val own = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE")
        own.init(Cipher.DECRYPT_MODE, SecretKeySpec(bytes, "AES"), parameters)
        own.updateAAD(message)
        assertArrayEquals(message, own.doFinal(sealed))

        val back = Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.DECRYPT_MODE, key, parameters) }
        back.updateAAD(message)
        assertArrayEquals(message, back.doFinal(sealed))
        sealed[0] = (sealed[0] + 1).toByte()
        back.init(Cipher.DECRYPT_MODE, key, parameters)
        back.updateAAD(message)
        assertThrows(AEADBadTagException::class.java) { back.doFinal(sealed) }
    }

    @Test
    fun `a nonce is not used twice`() {
        parsec.generateBlocking("jca-nonce", Aes.GCM_256)
        val key = store().getKey("jca-nonce", null)
        val cipher = Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.ENCRYPT_MODE, key) }
        cipher.doFinal(message)
        assertThrows(IllegalStateException::class.java) { cipher.doFinal(message) }
    }

    @Test
    fun `a short output buffer consumes no input`() {
        parsec.generateBlocking("jca-short", Aes.GCM_256)
        val key = store().getKey("jca-short", null)
        val cipher = Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.ENCRYPT_MODE, key) }
        cipher.update(message)
        assertThrows(ShortBufferException::class.java) { cipher.doFinal(message, 0, 5, ByteArray(25), 0) }
        val sealed = ByteArray(26)
        assertEquals(26, cipher.doFinal(message, 0, 5, sealed, 0))
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(128, cipher.iv))
        assertThrows(ShortBufferException::class.java) { cipher.doFinal(sealed, 0, 26, ByteArray(9), 0) }
        val opened = ByteArray(10)
        assertEquals(10, cipher.doFinal(sealed, 0, 26, opened, 0))
        assertArrayEquals(message + message, opened)

        val keys = pair("EC", "jca-short-agree", Ecdh.P256)
        val agreement = KeyAgreement.getInstance("ECDH").apply {
            init(keys.private)
            doPhase(keys.public, true)
        }
        assertThrows(ShortBufferException::class.java) { agreement.generateSecret(ByteArray(40), 9) }
        assertEquals(32, agreement.generateSecret(ByteArray(40), 8))
    }

    @Test
    fun `associated data may be in buffers and must come first`() {
        parsec.generateBlocking("jca-aad", Aes.GCM_256)
        val key = store().getKey("jca-aad", null)
        val cipher = Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.ENCRYPT_MODE, key) }
        val buffer = ByteBuffer.allocateDirect(message.size).put(message).flip() as ByteBuffer
        cipher.updateAAD(buffer)
        assertFalse(buffer.hasRemaining())
        cipher.update(message)
        assertThrows(IllegalStateException::class.java) { cipher.updateAAD(message) }
        val sealed = cipher.doFinal()
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(128, cipher.iv))
        cipher.updateAAD(message)
        assertArrayEquals(message, cipher.doFinal(sealed))
    }

    @Test
    fun `OAEP ciphertexts for the public key are decrypted`() {
        val keys = pair("RSA", "jca-oaep", Rsa.oaep(2048))
        val name = "RSA/ECB/OAEPWithSHA-256AndMGF1Padding"
        val parameters = OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT)
        val sealed = Cipher.getInstance(name).run {
            init(Cipher.ENCRYPT_MODE, keys.public, parameters)
            doFinal(message)
        }
        val cipher = Cipher.getInstance(name).apply { init(Cipher.DECRYPT_MODE, keys.private, parameters) }
        assertArrayEquals(message, cipher.doFinal(sealed))
    }

    @Test
    fun `authentication codes match the JVM's own`() {
        val bytes = ByteArray(32) { (it + 1).toByte() }
        parsec.importBytesBlocking("jca-mac", bytes, Hmac.SHA_256)
        val mac = Mac.getInstance("HmacSHA256").apply { init(store().getKey("jca-mac", null)) }
        assertEquals(ParsecProvider.NAME, mac.provider.name)
        val own = Mac.getInstance("HmacSHA256", "SunJCE").apply { init(SecretKeySpec(bytes, "HmacSHA256")) }
        assertArrayEquals(own.doFinal(message), mac.doFinal(message))
        val long = ByteArray(3 * 1024 * 1024)
        assertArrayEquals(own.doFinal(long), mac.doFinal(long))
    }

    @Test
    fun `both sides agree on a secret`() {
        for ((family, spec, algorithm) in listOf(Triple("EC", Ecdh.P256, "ECDH"), Triple("XDH", Ecdh.X25519, "XDH"))) {
            val keys = pair(family, "jca-agree-$family", spec)
            val peer = KeyPairGenerator.getInstance(family).apply {
                if (family == "EC") initialize(ECGenParameterSpec("secp256r1"))
            }.generateKeyPair()
            val ours = KeyAgreement.getInstance(algorithm).apply { init(keys.private) }
            assertEquals(ParsecProvider.NAME, ours.provider.name)
            ours.doPhase(peer.public, true)
            val theirs = KeyAgreement.getInstance(algorithm).apply { init(peer.private) }
            theirs.doPhase(keys.public, true)
            assertArrayEquals(theirs.generateSecret(), ours.generateSecret())
        }
    }

    @Test
    fun `random bytes come from the service`() {
        val random = SecureRandom.getInstance("Parsec")
        val first = ByteArray(100_000).also(random::nextBytes)
        val second = ByteArray(100_000).also(random::nextBytes)
        assertFalse(first.contentEquals(second))
        assertTrue(first.toSet().size > 200)
    }

    private fun store(): KeyStore = KeyStore.getInstance("Parsec").apply { load(null) }

    @Test
    fun `the key store has the keys by their names, and deletes them`() {
        pair("EC", "jca-stored", Ecdsa.P256)
        val store = store()
        assertTrue("jca-stored" in store.aliases().toList())
        assertTrue(store.isKeyEntry("jca-stored"))
        assertEquals("EC", store.getKey("jca-stored", null).algorithm)
        assertNull(store.getCertificate("jca-stored"))
        store.deleteEntry("jca-stored")
        assertFalse(store.containsAlias("jca-stored"))
        assertNull(store.getKey("jca-stored", null))
    }

    @Test
    fun `entries need no password, and private keys need a certificate`() {
        val keys = pair("EC", "jca-entry", Ecdsa.P256)
        parsec.generateBlocking("jca-entry-aes", Aes.GCM_256)
        val secret = store().getEntry("jca-entry-aes", null) as KeyStore.SecretKeyEntry
        assertEquals("AES", secret.secretKey.algorithm)
        assertNull(store().getEntry("jca-no-entry", null))
        val failure = assertThrows(UnrecoverableEntryException::class.java) { store().getEntry("jca-entry", null) }
        assertTrue("withCertificates" in failure.message.orEmpty(), failure.message)
        val request = parsec.openAsBlocking("jca-entry", SigningKey::class.java).toCsrBlocking("CN=entry")
        val certificate = Authority().use { it.certificate(request.toPem()) }
        val certified = KeyStore.getInstance("Parsec").apply {
            load(ParsecKeyStore.withCertificates("jca-entry" to certificate))
        }
        val ignored = KeyStore.PasswordProtection("ignored".toCharArray())
        val entry = certified.getEntry("jca-entry", ignored) as KeyStore.PrivateKeyEntry
        assertNull(entry.privateKey.encoded)
        assertEquals(keys.public, entry.certificate.publicKey)
        assertEquals(listOf("jca-entry"), certified.aliases().toList())
        certified.deleteEntry("jca-entry")
        assertTrue(certified.aliases().toList().isEmpty(), "the store does not contain all keys now")
    }

    @Test
    fun `algorithm names of secret keys follow their policies`() {
        for ((spec, algorithm) in listOf(
            Aes.GCM_256 to "AES",
            ChaCha20.POLY1305 to "ChaCha20",
            Hmac.SHA_384 to "HmacSHA384",
            Aes.CMAC to "AESCMAC",
        )) {
            parsec.generateBlocking("jca-called-$algorithm", spec)
            assertEquals(algorithm, store().getKey("jca-called-$algorithm", null).algorithm)
        }
    }

    @Test
    fun `an unreachable service causes the JCA's own exceptions`() {
        val away = ParsecProvider { Parsec.connectBlocking("unix:/nowhere/parsec.sock") }
        val loading = assertThrows(IOException::class.java) { KeyStore.getInstance("Parsec", away).load(null) }
        val making = KeyPairGenerator.getInstance("EC", away).apply {
            initialize(ParsecKeyPairSpec("jca-away", Ecdsa.P256))
        }
        val made = assertThrows(ProviderException::class.java) { making.generateKeyPair() }
        for (failure in listOf(loading, made)) assertTrue(failure.cause is ParsecException.ServiceUnavailable)

        val own = TestService.default()
        val client = Parsec.connectBlocking(own.endpoint)
        val store = KeyStore.getInstance("Parsec", ParsecProvider(client)).apply { load(null) }
        own.close()
        assertThrows(ProviderException::class.java) { store.aliases() }
        client.close()
    }

    @Test
    fun `a certificate of another key is refused`() {
        pair("EC", "jca-certified", Ecdsa.P256)
        val other = Authority().use { it.certificate(it.request("CN=other")) }
        val failure = assertThrows(IOException::class.java) {
            KeyStore.getInstance("Parsec").load(ParsecKeyStore.withCertificates("jca-certified" to other))
        }
        assertTrue("another key" in failure.message.orEmpty(), failure.message)
    }

    @Test
    fun `keys of kinds that the JCA lacks are refused`() {
        parsec.generateBlocking("jca-wrap", AnySpec("aes-key-wrap"))
        assertThrows(java.security.UnrecoverableKeyException::class.java) { store().getKey("jca-wrap", null) }
    }
}
