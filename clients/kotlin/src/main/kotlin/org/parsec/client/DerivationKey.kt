package org.parsec.client

import org.parsec.client.raw.NativeKey
import java.util.concurrent.CompletableFuture

/** A secret to derive others from: HKDF (RFC 5869). */
public class DerivationKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /**
     * Bytes derived from the secret: the same for the same [info].
     *
     * @param info what they are for
     * @param length how many
     */
    public suspend fun deriveBytes(info: ByteArray, length: Int): ByteArray =
        callSuspending { native.deriveBytes(info, count(length, "a length"), timeoutMs) }

    /** As [deriveBytes], on the caller's thread. */
    public fun deriveBytesBlocking(info: ByteArray, length: Int): ByteArray =
        callBlocking { native.deriveBytesBlocking(info, count(length, "a length"), timeoutMs) }

    /** As [deriveBytes], for Java. */
    public fun deriveBytesAsync(info: ByteArray, length: Int): CompletableFuture<ByteArray> =
        promise { deriveBytes(info, length) }

    /**
     * A new key, derived from the secret: the same for the same [info] and kind.
     *
     * @throws ParsecException.KeyExists if the name is taken
     */
    public suspend fun <K : Key> deriveKey(info: ByteArray, name: String, spec: KeySpec<K>): K =
        spec.handle(Key.of(callSuspending { native.deriveKey(info, name, spec.native, timeoutMs) }, timeoutMs))

    /** As [deriveKey], on the caller's thread. */
    public fun <K : Key> deriveKeyBlocking(info: ByteArray, name: String, spec: KeySpec<K>): K =
        spec.handle(Key.of(callBlocking { native.deriveKeyBlocking(info, name, spec.native, timeoutMs) }, timeoutMs))

    /** As [deriveKey], for Java. */
    public fun <K : Key> deriveKeyAsync(info: ByteArray, name: String, spec: KeySpec<K>): CompletableFuture<K> =
        promise { deriveKey(info, name, spec) }
}
