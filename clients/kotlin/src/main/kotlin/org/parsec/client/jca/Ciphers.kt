package org.parsec.client.jca

import org.parsec.client.DecryptionKey
import org.parsec.client.Hash
import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import org.parsec.client.SymmetricKey
import org.parsec.client.raw.Aead
import org.parsec.client.raw.AeadWithDefaultLengthTag
import org.parsec.client.raw.Algorithm
import org.parsec.client.raw.AsymmetricEncryption
import org.parsec.client.raw.PsaAeadDecryptRequest
import org.parsec.client.raw.PsaAeadEncryptRequest
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.security.AlgorithmParameters
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.Key
import java.security.NoSuchAlgorithmException
import java.security.ProviderException
import java.security.SecureRandom
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.MGF1ParameterSpec
import javax.crypto.AEADBadTagException
import javax.crypto.BadPaddingException
import javax.crypto.Cipher
import javax.crypto.CipherSpi
import javax.crypto.NoSuchPaddingException
import javax.crypto.ShortBufferException
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.OAEPParameterSpec
import javax.crypto.spec.PSource

/** Base of ciphers that buffer their input until the end. */
internal abstract class WholeCipherSpi : CipherSpi() {
    private val data = ByteArrayOutputStream()

    protected fun restart(): Unit = data.reset()

    protected abstract fun finish(input: ByteArray): ByteArray

    override fun engineSetMode(mode: String?): Unit = throw NoSuchAlgorithmException("the transformation sets the mode")

    override fun engineSetPadding(padding: String?): Unit =
        throw NoSuchPaddingException("the transformation sets the padding")

    override fun engineUpdate(input: ByteArray, inputOffset: Int, inputLen: Int): ByteArray {
        data.write(input, inputOffset, inputLen)
        return ByteArray(0)
    }

    override fun engineUpdate(
        input: ByteArray,
        inputOffset: Int,
        inputLen: Int,
        output: ByteArray,
        outputOffset: Int,
    ): Int {
        data.write(input, inputOffset, inputLen)
        return 0
    }

    override fun engineDoFinal(input: ByteArray?, inputOffset: Int, inputLen: Int): ByteArray {
        input?.let { data.write(it, inputOffset, inputLen) }
        val whole = data.toByteArray()
        data.reset()
        return try {
            finish(whole)
        } catch (failure: ParsecException) {
            val forged = failure is ParsecException.DecryptionFailed
            throw if (forged) refused(failure) else ProviderException(failure.message, failure)
        }
    }

    protected open fun refused(failure: ParsecException): Exception =
        BadPaddingException(failure.message).apply { initCause(failure) }

    override fun engineDoFinal(
        input: ByteArray?,
        inputOffset: Int,
        inputLen: Int,
        output: ByteArray,
        outputOffset: Int,
    ): Int {
        // Checked before any input is consumed, so that the caller can retry with a larger buffer.
        val needed = engineGetOutputSize(inputLen)
        if (output.size - outputOffset < needed) throw ShortBufferException("the output needs $needed bytes")
        val result = engineDoFinal(input, inputOffset, inputLen)
        result.copyInto(output, outputOffset)
        result.fill(0)
        return result.size
    }

    protected fun buffered(): Int = data.size()
}

private const val NONCE = 12
private const val TAG = 16

/** AES-GCM with a key of the service. Generates the nonce unless the caller gives one. */
internal class ParsecAeadSpi(private val client: () -> Parsec) : WholeCipherSpi() {
    private var key: SymmetricKey? = null
    private var encrypts = false
    private var nonce = ByteArray(0)
    private var spent = false
    private val associated = ByteArrayOutputStream()
    private val gcm = Aead.AeadWithDefaultLengthTag(AeadWithDefaultLengthTag.GCM)

    override fun engineInit(opmode: Int, key: Key?, random: SecureRandom?) {
        if (opmode !=
            Cipher.ENCRYPT_MODE
        ) {
            throw InvalidKeyException("decryption needs a GCMParameterSpec with the nonce")
        }
        begin(opmode, key, null)
    }

    override fun engineInit(opmode: Int, key: Key?, params: AlgorithmParameterSpec?, random: SecureRandom?) {
        if (params != null && params !is GCMParameterSpec) {
            throw InvalidAlgorithmParameterException("a GCMParameterSpec is required")
        }
        if (params == null && opmode != Cipher.ENCRYPT_MODE) {
            throw InvalidAlgorithmParameterException("decryption needs a GCMParameterSpec with the nonce")
        }
        begin(opmode, key, params)
    }

    override fun engineInit(opmode: Int, key: Key?, params: AlgorithmParameters?, random: SecureRandom?): Unit =
        engineInit(opmode, key, params?.getParameterSpec(GCMParameterSpec::class.java), random)

    private fun begin(opmode: Int, key: Key?, params: GCMParameterSpec?) {
        val found = serviceKey<SymmetricKey>(key, "for encryption")
        if (found.attributes.keyPolicy.keyAlgorithm != Algorithm.Aead(gcm)) {
            throw InvalidKeyException(notPermitted(found, "GCM"))
        }
        if (opmode != Cipher.ENCRYPT_MODE && opmode != Cipher.DECRYPT_MODE) {
            throw InvalidKeyException("wrapping keys is not supported, only encryption and decryption")
        }
        val given = params?.iv
        if (params != null && (params.tLen != TAG * 8 || params.iv.size != NONCE)) {
            throw InvalidAlgorithmParameterException("the nonce must have $NONCE bytes and the tag ${TAG * 8} bits")
        }
        val repeats = given != null && found.name == this.key?.name && encrypts && nonce.contentEquals(given)
        if (opmode == Cipher.ENCRYPT_MODE && repeats) {
            throw InvalidAlgorithmParameterException("a nonce must not be used twice with one key")
        }
        this.key = found
        encrypts = opmode == Cipher.ENCRYPT_MODE
        nonce = given ?: ByteArray(NONCE).also(RANDOM::nextBytes)
        spent = false
        associated.reset()
        restart()
    }

    override fun engineUpdateAAD(src: ByteArray, offset: Int, len: Int) {
        check(buffered() == 0) { "associated data must come first: call updateAAD before update" }
        associated.write(src, offset, len)
    }

    override fun engineUpdateAAD(src: ByteBuffer) {
        val bytes = ByteArray(src.remaining()).also(src::get)
        engineUpdateAAD(bytes, 0, bytes.size)
    }

    override fun finish(input: ByteArray): ByteArray {
        val key = checkNotNull(key)
        check(!encrypts || !spent) { "a nonce must not be used twice with one key: call init again" }
        spent = true
        val data = associated.toByteArray()
        associated.reset()
        return if (encrypts) {
            val what = PsaAeadEncryptRequest(
                keyName = key.name,
                alg = gcm,
                nonce = nonce,
                additionalData = data,
                plaintext = input,
            )
            client().raw.psaAeadEncryptBlocking(key.provider, what).ciphertext
        } else {
            val what = PsaAeadDecryptRequest(
                keyName = key.name,
                alg = gcm,
                nonce = nonce,
                additionalData = data,
                ciphertext = input,
            )
            client().raw.psaAeadDecryptBlocking(key.provider, what).plaintext
        }
    }

    override fun refused(failure: ParsecException): Exception =
        AEADBadTagException(failure.message).apply { initCause(failure) }

    override fun engineGetBlockSize(): Int = 16

    override fun engineGetOutputSize(inputLen: Int): Int =
        (buffered() + inputLen + if (encrypts) TAG else -TAG).coerceAtLeast(0)

    override fun engineGetIV(): ByteArray? = nonce.takeIf { it.isNotEmpty() }?.copyOf()

    override fun engineGetParameters(): AlgorithmParameters? = engineGetIV()?.let { iv ->
        AlgorithmParameters.getInstance("GCM").apply { init(GCMParameterSpec(TAG * 8, iv)) }
    }

    override fun engineGetKeySize(key: Key?): Int =
        ((key as? ParsecSecretKey)?.key ?: throw InvalidKeyException("the key is not a key of the Parsec service"))
            .attributes.keyBits.toInt()

    private companion object {
        private val RANDOM = SecureRandom()
    }
}

/**
 * OAEP transformations of the JCA. Without parameters they use SHA-1 for MGF1 with every hash. The PSA Crypto API
 * uses one hash for both, so the caller must give parameters.
 */
internal val OAEP: List<String> = listOf(
    "RSA/ECB/OAEPPadding",
    "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
    "RSA/ECB/OAEPWithSHA-384AndMGF1Padding",
    "RSA/ECB/OAEPWithSHA-512AndMGF1Padding",
)

/** Decrypts OAEP with a key of the service. */
internal class ParsecOaepSpi(private val name: String) : WholeCipherSpi() {
    private var key: DecryptionKey? = null
    private var label = ByteArray(0)
    private var parameters: OAEPParameterSpec? = null

    override fun engineInit(opmode: Int, key: Key?, random: SecureRandom?) {
        val message = "give an OAEPParameterSpec whose MGF1 has OAEP's hash: without one $name uses SHA-1 for MGF1"
        throw InvalidKeyException(message)
    }

    override fun engineInit(opmode: Int, key: Key?, params: AlgorithmParameterSpec?, random: SecureRandom?) {
        if (params == null) return engineInit(opmode, key, random)
        if (opmode != Cipher.DECRYPT_MODE) throw InvalidKeyException("the JVM's own providers encrypt for a public key")
        val found = serviceKey<DecryptionKey>(key, "that decrypts")
        val given =
            params as? OAEPParameterSpec ?: throw InvalidAlgorithmParameterException("an OAEPParameterSpec is required")
        val hash = HASHES[given.digestAlgorithm]
        val mgf = (given.mgfParameters as? MGF1ParameterSpec)?.digestAlgorithm
        if (hash == null || given.mgfAlgorithm != "MGF1" || mgf != given.digestAlgorithm) {
            throw InvalidAlgorithmParameterException("OAEP and its MGF1 must use the same hash")
        }
        if (!permits(found, hash)) {
            throw InvalidKeyException(notPermitted(found, "OAEP with ${given.digestAlgorithm}"))
        }
        label = (given.pSource as? PSource.PSpecified)?.value
            ?: throw InvalidAlgorithmParameterException("the label must be a PSource.PSpecified")
        this.key = found
        parameters = given
        restart()
    }

    override fun engineInit(opmode: Int, key: Key?, params: AlgorithmParameters?, random: SecureRandom?): Unit =
        engineInit(opmode, key, params?.getParameterSpec(OAEPParameterSpec::class.java), random)

    private fun permits(key: DecryptionKey, hash: Hash): Boolean {
        val algorithm = (key.attributes.keyPolicy.keyAlgorithm as? Algorithm.AsymmetricEncryption)?.v1
        return (algorithm as? AsymmetricEncryption.RsaOaep)?.hashAlg == hash
    }

    override fun finish(input: ByteArray): ByteArray = checkNotNull(key).decryptBlocking(input, label)

    override fun engineGetBlockSize(): Int = 0

    override fun engineGetOutputSize(inputLen: Int): Int = key?.let { it.attributes.keyBits.toInt() / 8 } ?: 0

    override fun engineGetIV(): ByteArray? = null

    override fun engineGetParameters(): AlgorithmParameters? =
        parameters?.let { given -> AlgorithmParameters.getInstance("OAEP").apply { init(given) } }
}
