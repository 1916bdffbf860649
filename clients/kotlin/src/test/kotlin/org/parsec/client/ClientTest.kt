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
import org.parsec.client.ffi.specNames
import org.parsec.client.raw.AsymmetricSignature
import org.parsec.client.raw.DerivationInput
import org.parsec.client.raw.PsaExportKeyResponse
import org.parsec.client.raw.PsaImportKeyRequest
import org.parsec.client.raw.PsaSignHashRequest
import org.parsec.client.raw.SignHash
import java.io.ByteArrayInputStream
import java.security.MessageDigest
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine

/** The parts of the client above the binding: names, classes, defaults, streams, errors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientTest {
    private val service = TestService.default()
    private val parsec = Parsec.connectBlocking(service.endpoint)
    private val message = "hello".encodeToByteArray()

    @AfterAll
    fun stop() {
        parsec.close()
        service.close()
    }

    @Test
    fun `the error without a service names the socket`() {
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
    fun `an error has the operation, the key, the reason and advice`() {
        val failure = assertThrows(ParsecException.KeyNotFound::class.java) { parsec.openBlocking("missing") }
        assertEquals("missing", failure.keyName)
        assertFalse(failure.retryable || failure.outcomeUnknown)
        assertTrue("missing" in failure.message.orEmpty(), failure.message)
        assertEquals(1, failure.message.orEmpty().lines().size)
        val key = parsec.generateBlocking("client-gone")
        key.deleteBlocking()
        val answered = assertThrows(ParsecException.KeyNotFound::class.java) { key.signBlocking(message) }
        assertEquals(1140, answered.status)
        assertEquals("psa_sign_hash", answered.operation)
        val wrapped = assertThrows(ExecutionException::class.java) { parsec.openAsync("missing").get() }
        assertTrue(wrapped.cause is ParsecException.KeyNotFound)
    }

    @Test
    fun `the class of a new key follows from its spec, that of an opened key from its role`() {
        val signer: SigningKey = parsec.generateBlocking("client-signer")
        val vault: SymmetricKey = parsec.generateBlocking("client-vault", Aes.GCM_256)
        val codes: MacKey = parsec.generateBlocking("client-codes", Hmac.SHA_512)
        assertEquals(64, codes.computeBlocking(message).size)
        for (key in listOf(signer, vault, codes)) assertEquals(key::class, parsec.openBlocking(key.name)::class)
        val failure = assertThrows(ParsecException.InvalidArgument::class.java) {
            parsec.openAsBlocking("client-vault", SigningKey::class.java)
        }
        assertTrue("SymmetricKey" in failure.message.orEmpty(), failure.message)
    }

    @Test
    fun `concurrent getOrGenerate calls generate one key`() = runBlocking {
        val keys = List(8) { async { parsec.getOrGenerate("client-once") } }.awaitAll()
        assertEquals(1, keys.map { it.publicKey }.distinct().size)
        val failure = runCatching { parsec.getOrGenerate("client-once", Ecdsa.P384) }.exceptionOrNull()
        assertTrue(failure is ParsecException.KeyExists && "P-384" in failure.message.orEmpty(), "$failure")
    }

    @Test
    fun `a wrong signature is false`() {
        val key = parsec.generateBlocking("client-verify")
        val signature = key.signBlocking(message)
        assertTrue(key.verifyBlocking(signature, message))
        assertFalse(key.verifyBlocking(signature, "goodbye".encodeToByteArray()))
        assertFalse(key.verifyBlocking(byteArrayOf(1, 2, 3), message))
        val other = parsec.importPublicBlocking("client-other", key.publicKey, Ecdsa.P256)
        assertTrue(other.verifyBlocking(signature, message))
    }

    @Test
    fun `streams and single calls give the same result`() = runBlocking {
        val key = parsec.generate("client-stream", Aes.GCM_256)
        val data = ByteArray(300_000) { it.toByte() }
        val sealed = key.encrypt(data.toList().chunked(70_000) { it.toByteArray() }.asFlow(), message)
            .fold(ByteArray(0)) { all, piece -> all + piece }
        assertEquals(data.size + 28, sealed.size)
        assertArrayEquals(data, key.decrypt(sealed, message))
        val stream = key.encrypt(ByteArrayInputStream(data), message).use { it.readAllBytes() }
        assertArrayEquals(data, key.decrypt(ByteArrayInputStream(stream), message).use { it.readAllBytes() })
        stream[stream.size - 1] = (stream.last() + 1).toByte()
        key.decrypt(ByteArrayInputStream(stream), message).use { forged ->
            assertThrows(ParsecException.DecryptionFailed::class.java) { forged.readAllBytes() }
            // Further reads do not report a regular end.
            assertThrows(ParsecException.DecryptionFailed::class.java) { forged.read() }
        }
        val own = MessageDigest.getInstance("SHA-256").digest(data)
        assertArrayEquals(own, parsec.hashBlocking(Hash.SHA256, ByteArrayInputStream(data)))
        assertArrayEquals(own, parsec.hash(Hash.SHA256, data))
    }

    @Test
    fun `a temporary key is deleted after success and failure`() = runBlocking {
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
    fun `a temporary key may be deleted early, and its deletion does not hide an error`() = runBlocking {
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
    fun `a key with another timeout is closed separately`() {
        val key = parsec.generateBlocking("client-patient")
        val patient = key.withTimeout(Duration.ofMinutes(1))
        patient.close()
        assertTrue("client-patient" in patient.toString() && "P-256" in patient.toString(), "$patient")
        assertTrue(key.verifyBlocking(key.signBlocking(message), message))
    }

    @Test
    fun `toString shows no secrets`() {
        val secret = byteArrayOf(101, 102, 103)
        val attributes = parsec.generateBlocking("client-shown").attributes
        val request = PsaImportKeyRequest(keyName = "client-shown", attributes = attributes, data = secret)
        assertTrue("keyName=client-shown" in request.toString(), "$request")
        for (shown in listOf(request, PsaExportKeyResponse(secret), DerivationInput.Bytes(secret))) {
            assertFalse("101" in shown.toString(), "$shown")
        }
    }

    @Test
    fun `close deletes no key, and a second call has no effect`() {
        val key = parsec.generateBlocking("client-closed")
        key.close()
        key.close()
        assertEquals("client-closed", parsec.openBlocking("client-closed").name)
        Parsec.connectBlocking(service.endpoint).run {
            close()
            close()
        }
    }

    @Test
    fun `keys continue to work after a restart of the service`() {
        TestService.default().use { own ->
            val client = Parsec.connectBlocking(own.endpoint)
            val key = client.generateBlocking("client-restart")
            runBlocking { key.sign(message) }
            own.restart()
            assertTrue(key.verifyBlocking(key.signBlocking(message), message))
            runBlocking { assertTrue(key.verify(key.sign(message), message)) }
        }
    }

    @Test
    fun `a coroutine without a dispatcher does not resume on a thread of the native runtime`() {
        val ended = CompletableFuture<String>()
        val work: suspend () -> String = {
            parsec.ping()
            Thread.currentThread().name
        }
        work.startCoroutine(Continuation(EmptyCoroutineContext) { result -> ended.complete(result.getOrThrow()) })
        val name = ended.get(30, TimeUnit.SECONDS)
        // With an immediate response the coroutine stays on its thread.
        assertTrue(name.startsWith("DefaultDispatcher") || name == Thread.currentThread().name, name)
    }

    @Test
    fun `every key kind with a specific handle has a spec`() {
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
    fun `KeyName rejects an empty name`() = runBlocking {
        val name = KeyName("old-name")
        assertEquals(name.value, parsec.generate(name).rename(KeyName("new-name")).name.replace("new", "old"))
        assertThrows(IllegalArgumentException::class.java) { KeyName("") }
        Unit
    }

    @Test
    fun `invalid arguments fail before anything is sent`() {
        val count = assertThrows(ParsecException.InvalidArgument::class.java) { parsec.randomBlocking(-1) }
        assertTrue("count" in count.message.orEmpty(), count.message)
        val registers = assertThrows(ParsecException.InvalidArgument::class.java) {
            parsec.generateDeviceKeyBlocking("client-pcrs", Ecdsa.P256, pcrs = listOf(0, -1))
        }
        assertTrue("pcrs" in registers.message.orEmpty(), registers.message)
        assertThrows(ParsecException.InvalidArgument::class.java) { parsec.withOptions(timeout = Duration.ZERO) }
        val failure = assertThrows(ParsecException.InvalidArgument::class.java) {
            parsec.generateBlocking("client-kind", AnySpec("esdca-p256"))
        }
        assertTrue("ecdsa-p256" in failure.message.orEmpty(), failure.message)
    }

    @Test
    fun `raw operations run`() {
        val key = parsec.generateBlocking("client-raw")
        val hash = MessageDigest.getInstance("SHA-256").digest(message)
        val alg = AsymmetricSignature.Ecdsa(SignHash.Specific(Hash.SHA256))
        val input = PsaSignHashRequest(keyName = key.name, alg = alg, hash = hash)
        assertEquals(64, parsec.raw.psaSignHashBlocking(key.provider, input).signature.size)
        assertThrows(ParsecException.InvalidArgument::class.java) {
            parsec.raw.psaSignHashBlocking(key.provider, input.copy(hash = ByteArray(5)))
        }
    }

    @Test
    fun `only exportable secrets are exported`() {
        val key = parsec.generateBlocking("client-exportable", Aes.GCM_256.with(exportable = true))
        assertEquals(32, key.exportPrivateBlocking().size)
        val kept = parsec.generateBlocking("client-kept", Aes.GCM_256)
        assertThrows(ParsecException.NotPermitted::class.java) { kept.exportPrivateBlocking() }
    }
}
