package org.parsec.client

import org.parsec.client.raw.NativeKey
import java.util.concurrent.CompletableFuture

/** A key pair that decrypts short messages: RSA-OAEP (RFC 8017, section 7.1). */
public class DecryptionKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /** The public key, with which anyone encrypts for this one. */
    public val publicKey: PublicKey by lazy { requirePublicKey(native) }

    /**
     * Encrypts for this key, in the service. Whoever has the public key can do so without it.
     *
     * @param plaintext at most the modulus's bytes, less twice the hash's, less 2
     * @param label what the ciphertext is bound to; [decrypt] must be given the same
     */
    public suspend fun encrypt(plaintext: ByteArray, label: ByteArray = nothing): ByteArray =
        callSuspending { native.encrypt(plaintext, label, timeoutMs) }

    /** As [encrypt], on the caller's thread. */
    @JvmOverloads
    public fun encryptBlocking(plaintext: ByteArray, label: ByteArray = nothing): ByteArray =
        callBlocking { native.encryptBlocking(plaintext, label, timeoutMs) }

    /** As [encrypt], for Java. */
    @JvmOverloads
    public fun encryptAsync(plaintext: ByteArray, label: ByteArray = nothing): CompletableFuture<ByteArray> =
        promise { encrypt(plaintext, label) }

    /**
     * Decrypts what was encrypted for this key.
     *
     * @throws ParsecException.DecryptionFailed if it was not, or under another label: one answer for all causes
     */
    public suspend fun decrypt(ciphertext: ByteArray, label: ByteArray = nothing): ByteArray =
        callSuspending { native.decrypt(ciphertext, label, timeoutMs) }

    /** As [decrypt], on the caller's thread. */
    @JvmOverloads
    public fun decryptBlocking(ciphertext: ByteArray, label: ByteArray = nothing): ByteArray =
        callBlocking { native.decryptBlocking(ciphertext, label, timeoutMs) }

    /** As [decrypt], for Java. */
    @JvmOverloads
    public fun decryptAsync(ciphertext: ByteArray, label: ByteArray = nothing): CompletableFuture<ByteArray> =
        promise { decrypt(ciphertext, label) }
}
