package org.parsec.client.jca

import org.parsec.client.ParsecException
import java.security.AlgorithmParameters
import java.security.GeneralSecurityException
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyFactory
import java.security.NoSuchAlgorithmException
import java.security.ProviderException
import java.security.SecureRandom
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.InvalidParameterSpecException
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec
import javax.crypto.BadPaddingException
import javax.crypto.Cipher
import javax.crypto.CipherSpi
import javax.crypto.NoSuchPaddingException
import javax.crypto.ShortBufferException
import javax.crypto.spec.SecretKeySpec

/**
 * Base of ciphers with keys of the service. The JVM's other providers serve other keys.
 *
 * @property transformation the name in the JCA
 */
internal abstract class ServiceCipherSpi<P : AlgorithmParameterSpec>(
    private val transformation: String,
    private val parametersClass: Class<P>,
) : CipherSpi() {
    /** The cipher of another provider, after initialisation with a key that is not of the service. */
    private var other: Cipher? = null

    /** Starts an operation with a key of the service. */
    protected abstract fun begin(opmode: Int, key: ParsecJcaKey, params: P?)

    /** Takes input, and returns the output that is ready. */
    protected abstract fun update(input: ByteArray, offset: Int, length: Int): ByteArray

    /** Ends the operation, and returns the rest of the output. Errors of the service pass. */
    protected abstract fun finish(): ByteArray

    /** The maximum length of the output of [update] for this input, or of [finish] after it if [last]. */
    protected abstract fun outputSize(input: Int, last: Boolean): Int

    /** The exception for a ciphertext that the service rejects. */
    protected open fun rejected(failure: ParsecException): GeneralSecurityException =
        BadPaddingException(failure.message).apply { initCause(failure) }

    /** Takes data that is authenticated only, for a cipher that has it. */
    protected open fun updateAad(data: ByteArray): Unit =
        throw UnsupportedOperationException("$transformation has no associated data")

    protected abstract val iv: ByteArray?

    protected abstract val parameters: AlgorithmParameters?

    override fun engineSetMode(mode: String?): Unit = throw NoSuchAlgorithmException("the transformation sets the mode")

    override fun engineSetPadding(padding: String?): Unit =
        throw NoSuchPaddingException("the transformation sets the padding")

    private inline fun start(opmode: Int, key: Key?, params: () -> P?, foreign: (Cipher) -> Unit) {
        if (key == null) throw InvalidKeyException("the key is missing")
        other = null
        if (key is ParsecJcaKey) return begin(opmode, key, params())
        other = elsewhere(transformation) { Cipher.getInstance(transformation, it).also(foreign) }
    }

    override fun engineInit(opmode: Int, key: Key?, random: SecureRandom?) = try {
        start(opmode, key, { null }) { if (random == null) it.init(opmode, key) else it.init(opmode, key, random) }
    } catch (failure: InvalidAlgorithmParameterException) {
        throw InvalidKeyException(failure.message, failure)
    }

    override fun engineInit(opmode: Int, key: Key?, params: AlgorithmParameterSpec?, random: SecureRandom?) =
        start(opmode, key, { own(params) }) {
            if (random == null) it.init(opmode, key, params) else it.init(opmode, key, params, random)
        }

    override fun engineInit(opmode: Int, key: Key?, params: AlgorithmParameters?, random: SecureRandom?) = start(
        opmode,
        key,
        {
            try {
                params?.getParameterSpec(parametersClass)
            } catch (failure: InvalidParameterSpecException) {
                throw InvalidAlgorithmParameterException(failure.message, failure)
            }
        },
    ) { if (random == null) it.init(opmode, key, params) else it.init(opmode, key, params, random) }

    private fun own(params: AlgorithmParameterSpec?): P? = when {
        params == null -> null
        parametersClass.isInstance(params) -> parametersClass.cast(params)
        else -> throw InvalidAlgorithmParameterException("$transformation needs a ${parametersClass.simpleName}")
    }

    override fun engineUpdateAAD(src: ByteArray, offset: Int, len: Int): Unit =
        other?.updateAAD(src, offset, len) ?: updateAad(src.copyOfRange(offset, offset + len))

    override fun engineUpdateAAD(src: java.nio.ByteBuffer): Unit =
        other?.updateAAD(src) ?: updateAad(ByteArray(src.remaining()).also(src::get))

    override fun engineUpdate(input: ByteArray, inputOffset: Int, inputLen: Int): ByteArray {
        other?.let { return it.update(input, inputOffset, inputLen) ?: ByteArray(0) }
        return try {
            update(input, inputOffset, inputLen)
        } catch (failure: ParsecException) {
            throw ProviderException(failure.message, failure)
        }
    }

    override fun engineUpdate(
        input: ByteArray,
        inputOffset: Int,
        inputLen: Int,
        output: ByteArray,
        outputOffset: Int,
    ): Int {
        other?.let { return it.update(input, inputOffset, inputLen, output, outputOffset) }
        room(output, outputOffset, outputSize(inputLen, last = false))
        return engineUpdate(input, inputOffset, inputLen).moveInto(output, outputOffset)
    }

    override fun engineDoFinal(input: ByteArray?, inputOffset: Int, inputLen: Int): ByteArray {
        other?.let { return if (input == null) it.doFinal() else it.doFinal(input, inputOffset, inputLen) }
        return try {
            val first = input?.let { update(it, inputOffset, inputLen) } ?: ByteArray(0)
            first + finish()
        } catch (failure: ParsecException) {
            val forged = failure is ParsecException.DecryptionFailed
            throw if (forged) rejected(failure) else ProviderException(failure.message, failure)
        }
    }

    override fun engineDoFinal(
        input: ByteArray?,
        inputOffset: Int,
        inputLen: Int,
        output: ByteArray,
        outputOffset: Int,
    ): Int {
        other?.let {
            return if (input == null) {
                it.doFinal(output, outputOffset)
            } else {
                it.doFinal(input, inputOffset, inputLen, output, outputOffset)
            }
        }
        room(output, outputOffset, outputSize(inputLen, last = true))
        return engineDoFinal(input, inputOffset, inputLen).moveInto(output, outputOffset)
    }

    /** Checks the buffer before any input is consumed, so that the caller can retry with a larger one. */
    private fun room(output: ByteArray, offset: Int, needed: Int) {
        if (output.size - offset < needed) throw ShortBufferException("the output needs $needed bytes")
    }

    private fun ByteArray.moveInto(output: ByteArray, offset: Int): Int {
        copyInto(output, offset)
        fill(0)
        return size
    }

    override fun engineGetOutputSize(inputLen: Int): Int =
        other?.getOutputSize(inputLen) ?: outputSize(inputLen, last = true)

    override fun engineGetIV(): ByteArray? = other.let { if (it == null) iv else it.iv }

    override fun engineGetParameters(): AlgorithmParameters? = other.let {
        if (it ==
            null
        ) {
            parameters
        } else {
            it.parameters
        }
    }

    override fun engineWrap(key: Key): ByteArray {
        other?.let { return it.wrap(key) }
        val encoded = key.encoded
            ?: throw InvalidKeyException("the key has no encoding: export or wrap it with a WrappingKey")
        return engineDoFinal(encoded, 0, encoded.size).also { encoded.fill(0) }
    }

    override fun engineUnwrap(wrappedKey: ByteArray, wrappedKeyAlgorithm: String, wrappedKeyType: Int): Key {
        other?.let { return it.unwrap(wrappedKey, wrappedKeyAlgorithm, wrappedKeyType) }
        val encoded = try {
            engineDoFinal(wrappedKey, 0, wrappedKey.size)
        } catch (failure: GeneralSecurityException) {
            throw InvalidKeyException(failure.message, failure)
        }
        return try {
            when (wrappedKeyType) {
                Cipher.SECRET_KEY -> SecretKeySpec(encoded, wrappedKeyAlgorithm)

                Cipher.PRIVATE_KEY ->
                    KeyFactory.getInstance(wrappedKeyAlgorithm).generatePrivate(PKCS8EncodedKeySpec(encoded))

                Cipher.PUBLIC_KEY ->
                    KeyFactory.getInstance(wrappedKeyAlgorithm).generatePublic(X509EncodedKeySpec(encoded))

                else -> throw InvalidKeyException("there is no key type $wrappedKeyType")
            }
        } catch (failure: java.security.spec.InvalidKeySpecException) {
            throw InvalidKeyException("the wrapped key is not a key for $wrappedKeyAlgorithm", failure)
        } catch (failure: IllegalArgumentException) {
            // SecretKeySpec rejects an empty key this way.
            throw InvalidKeyException("the wrapped key is empty", failure)
        } finally {
            encoded.fill(0)
        }
    }

    override fun engineGetKeySize(key: Key): Int {
        val attributes = (key as? ParsecJcaKey)?.key?.attributes
        if (attributes != null) return attributes.keyBits
        val encoded = key.encoded ?: throw InvalidKeyException("the length of the key is unknown")
        return encoded.size * 8
    }
}
