package org.parsec.client

import kotlinx.coroutines.flow.Flow
import org.parsec.client.ffi.NativeKey
import org.parsec.client.internal.lower
import java.io.InputStream

/**
 * A key for authenticated encryption. [encrypt] returns the nonce, the ciphertext and the tag, one after the other;
 * [decrypt] takes them.
 *
 * @sample org.parsec.client.samples.encryption
 */
public class SymmetricKey internal constructor(native: NativeKey, timeoutMs: UInt?) :
    AbstractSymmetricKey(native, timeoutMs) {
    /**
     * Encrypts data in pieces, of any length. All output together equals that of the other [encrypt].
     *
     * @param length the length of the whole plaintext in bytes, which only CCM needs
     */
    public fun encrypt(
        plaintext: Flow<ByteArray>,
        associatedData: ByteArray = nothing,
        length: Long? = null,
    ): Flow<ByteArray> = through(plaintext) {
        native.encryptStream(associatedData, length?.lower("length"), timeoutMs)
    }

    /** As the other [encrypt], on the caller's thread. Closing the result closes [plaintext]. */
    @JvmOverloads
    public fun encrypt(
        plaintext: InputStream,
        associatedData: ByteArray = nothing,
        length: Long? = null,
    ): InputStream = throughStream(plaintext) {
        native.encryptStreamBlocking(associatedData, length?.lower("length"), timeoutMs)
    }

    /**
     * Decrypts data in pieces. Do not use the plaintext before the flow has ended without an exception: only then is
     * it authentic.
     *
     * @param length the length of the whole plaintext in bytes, which only CCM needs
     * @throws ParsecException.DecryptionFailed at any piece
     */
    public fun decrypt(
        ciphertext: Flow<ByteArray>,
        associatedData: ByteArray = nothing,
        length: Long? = null,
    ): Flow<ByteArray> = through(ciphertext) {
        native.decryptStream(associatedData, length?.lower("length"), timeoutMs)
    }

    /** As the other [decrypt], on the caller's thread. Closing the result closes [ciphertext]. */
    @JvmOverloads
    public fun decrypt(
        ciphertext: InputStream,
        associatedData: ByteArray = nothing,
        length: Long? = null,
    ): InputStream = throughStream(ciphertext) {
        native.decryptStreamBlocking(associatedData, length?.lower("length"), timeoutMs)
    }
}
