package org.parsec.client.jca

import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import org.parsec.client.SymmetricKey
import org.parsec.client.callBlocking
import org.parsec.client.ffi.NativeStream
import org.parsec.client.raw.Aead
import org.parsec.client.raw.AeadWithDefaultLengthTag
import org.parsec.client.raw.Algorithm
import org.parsec.client.raw.PsaAeadDecryptRequest
import org.parsec.client.raw.PsaAeadEncryptRequest
import java.io.ByteArrayOutputStream
import java.security.AlgorithmParameters
import java.security.GeneralSecurityException
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.SecureRandom
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec

private const val NONCE = 12
private const val TAG = 16

/**
 * AES-GCM with a key of the service. Generates the nonce unless the caller gives one. Data that exceeds one request is
 * sent in pieces; decryption returns the plaintext at the end, when it is authentic.
 */
internal class ParsecAeadSpi(private val client: () -> Parsec) :
    ServiceCipherSpi<GCMParameterSpec>("AES/GCM/NoPadding", GCMParameterSpec::class.java) {
    private var key: SymmetricKey? = null
    private var encrypts = false
    private var nonce = ByteArray(0)
    private var spent = false
    private val associated = ByteArrayOutputStream()
    private val gcm = Aead.AeadWithDefaultLengthTag(AeadWithDefaultLengthTag.GCM)

    /** Input that is not sent yet. */
    private val waiting = ByteArrayOutputStream()

    /** Plaintext that is not authentic yet. */
    private val plaintext = Plaintext()

    private var stream: NativeStream? = null

    /** Bytes of the input whose output has not been returned. */
    private var pending = 0L

    override fun begin(opmode: Int, key: ParsecJcaKey, params: GCMParameterSpec?) {
        val found = serviceKey<SymmetricKey>(key, "for encryption")
        if (found.attributes.keyPolicy.keyAlgorithm != Algorithm.Aead(gcm)) {
            throw InvalidKeyException(notPermitted(found, "GCM"))
        }
        val encrypts = opmode == Cipher.ENCRYPT_MODE || opmode == Cipher.WRAP_MODE
        if (params == null && !encrypts) {
            throw InvalidAlgorithmParameterException("decryption needs a GCMParameterSpec with the nonce")
        }
        val given = params?.iv
        if (params != null && (params.tLen != TAG * 8 || params.iv.size != NONCE)) {
            throw InvalidAlgorithmParameterException("the nonce must have $NONCE bytes and the tag ${TAG * 8} bits")
        }
        val repeats = given != null && found.name == this.key?.name && this.encrypts && nonce.contentEquals(given)
        if (encrypts && repeats) {
            throw InvalidAlgorithmParameterException("a nonce must not be used twice with one key")
        }
        this.key = found
        this.encrypts = encrypts
        nonce = given ?: ByteArray(NONCE).also(RANDOM::nextBytes)
        spent = false
        restart()
    }

    private fun restart() {
        associated.reset()
        waiting.reset()
        plaintext.wipe()
        stream?.run {
            abort()
            close()
        }
        stream = null
        pending = 0
    }

    override fun updateAad(data: ByteArray) {
        check(pending == 0L) { "associated data must come first: call updateAAD before update" }
        associated.write(data)
    }

    override fun update(input: ByteArray, offset: Int, length: Int): ByteArray {
        check(!encrypts || !spent) { "a nonce must not be used twice with one key: call init again" }
        pending += length
        waiting.write(input, offset, length)
        if (stream == null && waiting.size() <= ONE_REQUEST) return ByteArray(0)
        val output = send()
        if (encrypts) return output
        plaintext.add(output)
        return ByteArray(0)
    }

    /** Sends the waiting input, in pieces of at most one request. */
    private fun send(): ByteArray {
        val stream = stream ?: open().also { stream = it }
        val input = waiting.toByteArray()
        waiting.reset()
        val output = ByteArrayOutputStream(input.size)
        for (start in input.indices step ONE_REQUEST) {
            val piece = input.copyOfRange(start, minOf(start + ONE_REQUEST, input.size))
            output.write(callBlocking { stream.updateBlocking(piece) })
        }
        if (encrypts) pending -= output.size()
        return output.toByteArray()
    }

    private fun open(): NativeStream {
        val key = checkNotNull(key)
        spent = true
        val data = associated.toByteArray()
        return callBlocking {
            if (encrypts) {
                key.native.encryptStreamWithNonceBlocking(nonce, data, key.timeoutMs)
            } else {
                key.native.decryptStreamBlocking(data, null, key.timeoutMs).also { it.updateBlocking(nonce) }
            }
        }
    }

    override fun finish(): ByteArray {
        check(!encrypts || !spent || stream != null) { "a nonce must not be used twice with one key: call init again" }
        try {
            val stream = stream ?: return whole()
            val rest = callBlocking { stream.finishBlocking() }
            if (encrypts) return rest
            plaintext.add(rest)
            return plaintext.toByteArray()
        } finally {
            restart()
            spent = true
        }
    }

    /** Encrypts or decrypts in one request. */
    private fun whole(): ByteArray {
        val key = checkNotNull(key)
        val data = associated.toByteArray()
        val input = waiting.toByteArray()
        return if (encrypts) {
            val request = PsaAeadEncryptRequest(
                keyName = key.name,
                alg = gcm,
                nonce = nonce,
                additionalData = data,
                plaintext = input,
            )
            client().raw.psaAeadEncryptBlocking(key.provider, request).ciphertext
        } else {
            val request = PsaAeadDecryptRequest(
                keyName = key.name,
                alg = gcm,
                nonce = nonce,
                additionalData = data,
                ciphertext = input,
            )
            client().raw.psaAeadDecryptBlocking(key.provider, request).plaintext
        }
    }

    override fun rejected(failure: ParsecException): GeneralSecurityException =
        AEADBadTagException(failure.message).apply { initCause(failure) }

    override fun outputSize(input: Int, last: Boolean): Int {
        val all = pending + input
        val size = when {
            last -> all + if (encrypts) TAG else -TAG
            !encrypts || (stream == null && waiting.size() + input <= ONE_REQUEST) -> 0
            else -> all
        }
        return Math.toIntExact(size.coerceAtLeast(0))
    }

    override fun engineGetBlockSize(): Int = 16

    override val iv: ByteArray? get() = nonce.takeIf { it.isNotEmpty() }?.copyOf()

    override val parameters: AlgorithmParameters? get() = iv?.let { iv ->
        elsewhere("GCM") { AlgorithmParameters.getInstance("GCM", it).apply { init(GCMParameterSpec(TAG * 8, iv)) } }
    }

    /** A buffer that can be wiped. */
    private class Plaintext : ByteArrayOutputStream() {
        fun add(bytes: ByteArray) {
            write(bytes)
            bytes.fill(0)
        }

        fun wipe() {
            buf.fill(0)
            reset()
        }
    }

    private companion object {
        private val RANDOM = SecureRandom()
    }
}
