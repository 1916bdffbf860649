package org.parsec.client

import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.fold
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.parsec.client.raw.AsymmetricSignature
import org.parsec.client.raw.DerivationInput
import org.parsec.client.raw.PsaExportKeyResponse
import org.parsec.client.raw.PsaImportKeyRequest
import org.parsec.client.raw.PsaSignHashRequest
import org.parsec.client.raw.SignHash
import org.parsec.client.raw.specNames
import java.io.ByteArrayInputStream
import java.security.MessageDigest
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine

/** What this package adds to the binding: names, classes, defaults, streams, errors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaceTest {
    private val service = TestService.default()
    private val parsec = Parsec.connectBlocking(service.endpoint)
    private val message = "hello".encodeToByteArray()

    @AfterAll
    fun stop() {
        parsec.close()
        service.close()
    }

    @Test
    fun `a missing service says where it was looked for`() {
        val failure = assertThrows(ParsecException.ServiceUnavailable::class.java) {
            Parsec.connectBlocking("unix:/nowhere/parsec.sock")
        }
        assertTrue("/nowhere/parsec.sock" in failure.message.orEmpty(), failure.message)
        assertTrue(failure.advice.isNotEmpty())
        assertThrows(ParsecException.ServiceUnavailable::class.java) {
            runBlocking { Parsec.connect("unix:/nowhere/parsec.sock") }
        }
    }

    @Test
    fun `an error says what failed, with which key, why and what to do next`() {
        val failure = assertThrows(ParsecException.KeyNotFound::class.java) { parsec.openBlocking("missing") }
        assertEquals("missing", failure.keyName)
        assertFalse(failure.retryable || failure.outcomeUnknown)
        assertTrue("missing" in failure.message.orEmpty(), failure.message)
        assertEquals(1, failure.message.orEmpty().lines().size)
        val key = parsec.generateBlocking("face-gone")
        key.deleteBlocking()
        val answered = assertThrows(ParsecException.KeyNotFound::class.java) { key.signBlocking(message) }
        assertEquals(1140, answered.status)
        assertEquals("psa_sign_hash", answered.operation)
        val wrapped = assertThrows(ExecutionException::class.java) { parsec.openAsync("missing").get() }
        assertTrue(wrapped.cause is ParsecException.KeyNotFound)
    }

    @Test
    fun `the class of a key is that of its spec, and of what it is for when it is opened`() {
        val signer: SigningKey = parsec.generateBlocking("face-signer")
        val vault: SymmetricKey = parsec.generateBlocking("face-vault", Aes.GCM_256)
        val codes: MacKey = parsec.generateBlocking("face-codes", Hmac.SHA_512)
        assertEquals(64, codes.computeBlocking(message).size)
        for (key in listOf(signer, vault, codes)) assertEquals(key::class, parsec.openBlocking(key.name)::class)
        val failure = assertThrows(ParsecException.InvalidArgument::class.java) {
            parsec.openAsBlocking("face-vault", SigningKey::class.java)
        }
        assertTrue("SymmetricKey" in failure.message.orEmpty(), failure.message)
    }

    @Test
    fun `a key is made once, however many ask for it`() = runBlocking {
        val keys = List(8) { async { parsec.getOrGenerate("face-once") } }.awaitAll()
        assertEquals(1, keys.map { it.publicKey }.distinct().size)
        val failure = runCatching { parsec.getOrGenerate("face-once", Ecdsa.P384) }.exceptionOrNull()
        assertTrue(failure is ParsecException.KeyExists && "P-384" in failure.message.orEmpty(), "$failure")
    }

    @Test
    fun `a wrong signature is false`() {
        val key = parsec.generateBlocking("face-verify")
        val signature = key.signBlocking(message)
        assertTrue(key.verifyBlocking(signature, message))
        assertFalse(key.verifyBlocking(signature, "goodbye".encodeToByteArray()))
        assertFalse(key.verifyBlocking(byteArrayOf(1, 2, 3), message))
        val other = parsec.importPublicBlocking("face-other", key.publicKey, Ecdsa.P256)
        assertTrue(other.verifyBlocking(signature, message))
    }

    @Test
    fun `data goes through in pieces and is that of one call`() = runBlocking {
        val key = parsec.generate("face-stream", Aes.GCM_256)
        val data = ByteArray(300_000) { it.toByte() }
        val sealed = key.encrypt(data.toList().chunked(70_000) { it.toByteArray() }.asFlow(), message)
            .fold(ByteArray(0)) { all, piece -> all + piece }
        assertEquals(data.size + 28, sealed.size)
        assertArrayEquals(data, key.decrypt(sealed, message))
        val stream = key.encrypt(ByteArrayInputStream(data), message).use { it.readAllBytes() }
        assertArrayEquals(data, key.decrypt(ByteArrayInputStream(stream), message).use { it.readAllBytes() })
        stream[stream.size - 1] = (stream.last() + 1).toByte()
        key.decrypt(ByteArrayInputStream(stream), message).use { forged ->
            assertThrows(ParsecException.InvalidSignature::class.java) { forged.readAllBytes() }
            // That is no clean end for those who read on.
            assertThrows(ParsecException.InvalidSignature::class.java) { forged.read() }
        }
        val own = MessageDigest.getInstance("SHA-256").digest(data)
        assertArrayEquals(own, parsec.hashBlocking(Hash.SHA256, ByteArrayInputStream(data)))
        assertArrayEquals(own, parsec.hash(Hash.SHA256, data))
    }

    @Test
    fun `a temporary key is gone afterwards, whatever happens`() = runBlocking {
        var name = ""
        val failure = runCatching {
            parsec.withTemporaryKey(Ecdsa.P256) { key ->
                name = key.name
                parsec.open(name)
                error("on purpose")
            }
        }.exceptionOrNull()
        assertEquals("on purpose", failure?.message)
        assertTrue(runCatching { parsec.open(name) }.exceptionOrNull() is ParsecException.KeyNotFound)
    }

    @Test
    fun `a temporary key may be deleted before, and its end hides no failure of the work`() = runBlocking {
        val done = parsec.withTemporaryKey(Ecdsa.P256) { key ->
            key.delete()
            "done"
        }
        assertEquals("done", done)
        val own = TestService.default()
        val client = Parsec.connect(own.endpoint)
        val failure = runCatching {
            client.withTemporaryKey(Ecdsa.P256) {
                own.close()
                error("on purpose")
            }
        }.exceptionOrNull()
        client.close()
        assertEquals("on purpose", failure?.message)
        assertTrue(failure?.suppressed.orEmpty().single() is ParsecException)
    }

    @Test
    fun `a key with another time-out has an end of its own`() {
        val key = parsec.generateBlocking("face-patient")
        val patient = key.withTimeout(Duration.ofMinutes(1))
        patient.close()
        assertTrue("face-patient" in patient.toString() && "P-256" in patient.toString(), "$patient")
        assertTrue(key.verifyBlocking(key.signBlocking(message), message))
    }

    @Test
    fun `what holds a secret shows none`() {
        val secret = byteArrayOf(101, 102, 103)
        val attributes = parsec.generateBlocking("face-shown").attributes
        val request = PsaImportKeyRequest(keyName = "face-shown", attributes = attributes, data = secret)
        assertTrue("keyName=face-shown" in request.toString(), "$request")
        for (shown in listOf(request, PsaExportKeyResponse(secret), DerivationInput.Bytes(secret))) {
            assertFalse("101" in shown.toString(), "$shown")
        }
    }

    @Test
    fun `closing deletes nothing, and may be done twice`() {
        val key = parsec.generateBlocking("face-closed")
        key.close()
        key.close()
        assertEquals("face-closed", parsec.openBlocking("face-closed").name)
        Parsec.connectBlocking(service.endpoint).run {
            close()
            close()
        }
    }

    @Test
    fun `keys go on working after the service was restarted`() {
        TestService.default().use { own ->
            val client = Parsec.connectBlocking(own.endpoint)
            val key = client.generateBlocking("face-restart")
            runBlocking { key.sign(message) }
            own.restart()
            assertTrue(key.verifyBlocking(key.signBlocking(message), message))
            runBlocking { assertTrue(key.verify(key.sign(message), message)) }
        }
    }

    @Test
    fun `a coroutine without a dispatcher does not go on in a thread of the native runtime`() {
        val ended = CompletableFuture<String>()
        val work: suspend () -> String = {
            parsec.ping()
            Thread.currentThread().name
        }
        work.startCoroutine(Continuation(EmptyCoroutineContext) { result -> ended.complete(result.getOrThrow()) })
        val name = ended.get(30, TimeUnit.SECONDS)
        // An answer that is there at once leaves the coroutine where it was.
        assertTrue(name.startsWith("DefaultDispatcher") || name == Thread.currentThread().name, name)
    }

    @Test
    fun `every kind of key with a handle of its own has a spec`() {
        val specs = listOf(
            Ecdsa.P256, Ecdsa.P384, Ecdsa.P521, Ecdsa.SECP256K1, Ecdsa.BRAINPOOL_P256, EdDsa.ED25519,
            Rsa.PSS, Rsa.pss(2048), Rsa.pss(3072), Rsa.pss(4096), Rsa.OAEP, Rsa.oaep(2048), Rsa.oaep(3072),
            Aes.GCM_128, Aes.GCM_256, Aes.CCM_256, Aes.CMAC, Aes.KEY_WRAP, ChaCha20.POLY1305,
            Hmac.SHA_256, Hkdf.SHA_256, Ecdh.P256, Ecdh.X25519,
        )
        val byNameAlone = setOf("aes-256-ctr", "aes-256-cbc", "raw")
        assertEquals(specNames().toSet() - byNameAlone, specs.map { it.toString() }.toSet())
    }

    @Test
    fun `names have a class of their own, and are not empty`() = runBlocking {
        val name = KeyName("face-name")
        assertEquals(name.value, parsec.generate(name).rename(KeyName("face-renamed")).name.replace("renamed", "name"))
        assertThrows(IllegalArgumentException::class.java) { KeyName("") }
        Unit
    }

    @Test
    fun `what cannot be right is refused before anything is sent`() {
        val count = assertThrows(ParsecException.InvalidArgument::class.java) { parsec.randomBlocking(-1) }
        assertTrue("count" in count.message.orEmpty(), count.message)
        val registers = assertThrows(ParsecException.InvalidArgument::class.java) {
            parsec.generateDeviceKeyBlocking("face-pcrs", Ecdsa.P256, pcrs = listOf(0, -1))
        }
        assertTrue("pcrs" in registers.message.orEmpty(), registers.message)
        assertThrows(ParsecException.InvalidArgument::class.java) { parsec.withOptions(timeout = Duration.ZERO) }
        val failure = assertThrows(ParsecException.InvalidArgument::class.java) {
            parsec.generateBlocking("face-kind", AnySpec("esdca-p256"))
        }
        assertTrue("ecdsa-p256" in failure.message.orEmpty(), failure.message)
    }

    @Test
    fun `every operation is there raw`() {
        val key = parsec.generateBlocking("face-raw")
        val hash = MessageDigest.getInstance("SHA-256").digest(message)
        val alg = AsymmetricSignature.Ecdsa(SignHash.Specific(Hash.SHA256))
        val input = PsaSignHashRequest(keyName = key.name, alg = alg, hash = hash)
        assertEquals(64, parsec.raw.psaSignHashBlocking(key.provider, input).signature.size)
        assertThrows(ParsecException.InvalidArgument::class.java) {
            parsec.raw.psaSignHashBlocking(key.provider, input.copy(hash = ByteArray(5)))
        }
    }

    @Test
    fun `secrets are exported where that was said, and nowhere else`() {
        val key = parsec.generateBlocking("face-exportable", Aes.GCM_256.with(exportable = true))
        assertEquals(32, key.exportPrivateBlocking().size)
        val kept = parsec.generateBlocking("face-kept", Aes.GCM_256)
        assertThrows(ParsecException.NotPermitted::class.java) { kept.exportPrivateBlocking() }
    }
}
