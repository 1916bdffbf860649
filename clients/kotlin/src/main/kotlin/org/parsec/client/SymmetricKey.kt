package org.parsec.client

import kotlinx.coroutines.flow.Flow
import org.parsec.client.raw.NativeKey
import java.io.InputStream
import java.util.concurrent.CompletableFuture

/**
 * A key for authenticated encryption. [encrypt] gives one blob, `nonce ‖ ciphertext ‖ tag`, with a fresh
 * nonce that the client draws; [decrypt] takes it.
 *
 * @sample org.parsec.client.samples.encryption
 */
public class SymmetricKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /**
     * Encrypts.
     *
     * @param associatedData what the ciphertext is bound to: it is not hidden, and [decrypt] must be given the same
     * @return `nonce ‖ ciphertext ‖ tag`: 12 bytes, as many as [plaintext] has, 16 bytes
     */
    public suspend fun encrypt(plaintext: ByteArray, associatedData: ByteArray = nothing): ByteArray =
        callSuspending { native.encrypt(plaintext, associatedData, timeoutMs) }

    /** As [encrypt], on the caller's thread. */
    @JvmOverloads
    public fun encryptBlocking(plaintext: ByteArray, associatedData: ByteArray = nothing): ByteArray =
        callBlocking { native.encryptBlocking(plaintext, associatedData, timeoutMs) }

    /** As [encrypt], for Java. */
    @JvmOverloads
    public fun encryptAsync(plaintext: ByteArray, associatedData: ByteArray = nothing): CompletableFuture<ByteArray> =
        promise { encrypt(plaintext, associatedData) }

    /**
     * Decrypts what [encrypt] gave.
     *
     * @throws ParsecException.InvalidSignature if it is not that, or [associatedData] is another: one answer for all
     * causes
     */
    public suspend fun decrypt(ciphertext: ByteArray, associatedData: ByteArray = nothing): ByteArray =
        callSuspending { native.decrypt(ciphertext, associatedData, timeoutMs) }

    /** As [decrypt], on the caller's thread. */
    @JvmOverloads
    public fun decryptBlocking(ciphertext: ByteArray, associatedData: ByteArray = nothing): ByteArray =
        callBlocking { native.decryptBlocking(ciphertext, associatedData, timeoutMs) }

    /** As [decrypt], for Java. */
    @JvmOverloads
    public fun decryptAsync(ciphertext: ByteArray, associatedData: ByteArray = nothing): CompletableFuture<ByteArray> =
        promise { decrypt(ciphertext, associatedData) }

    /**
     * Encrypts data in pieces, of any length. What comes out, one behind the other, is what [encrypt] gives.
     *
     * @param length how many bytes there will be: CCM must know, the others need not
     */
    public fun encrypt(
        plaintext: Flow<ByteArray>,
        associatedData: ByteArray = nothing,
        length: Long? = null,
    ): Flow<ByteArray> = through(plaintext) { native.encryptStream(associatedData, length(length), timeoutMs) }

    /** As the other [encrypt], on the caller's thread: closing the answer closes [plaintext]. */
    @JvmOverloads
    public fun encrypt(
        plaintext: InputStream,
        associatedData: ByteArray = nothing,
        length: Long? = null,
    ): InputStream = throughStream(plaintext) {
        native.encryptStreamBlocking(associatedData, length(length), timeoutMs)
    }

    /**
     * Decrypts data in pieces. Nothing of it may be used before the flow has ended without an exception: only the
     * tag, which comes last, says that it is genuine.
     *
     * @param length how many bytes of plaintext there will be: CCM must know, the others need not
     * @throws ParsecException.InvalidSignature at any piece
     */
    public fun decrypt(
        ciphertext: Flow<ByteArray>,
        associatedData: ByteArray = nothing,
        length: Long? = null,
    ): Flow<ByteArray> = through(ciphertext) { native.decryptStream(associatedData, length(length), timeoutMs) }

    /** As the other [decrypt], on the caller's thread: closing the answer closes [ciphertext]. */
    @JvmOverloads
    public fun decrypt(
        ciphertext: InputStream,
        associatedData: ByteArray = nothing,
        length: Long? = null,
    ): InputStream = throughStream(ciphertext) {
        native.decryptStreamBlocking(associatedData, length(length), timeoutMs)
    }

    private fun length(length: Long?): ULong? {
        if (length != null && length < 0) throw invalid("a length must not be negative, as $length is")
        return length?.toULong()
    }
}
