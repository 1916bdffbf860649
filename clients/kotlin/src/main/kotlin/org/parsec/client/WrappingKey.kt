package org.parsec.client

import org.parsec.client.raw.NativeKey
import java.util.concurrent.CompletableFuture

/** A key that encrypts other keys: AES key wrap with padding (RFC 5649). */
public class WrappingKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /**
     * Another key, encrypted under this one.
     *
     * @param name the name of the key to wrap, which must be exportable
     */
    public suspend fun wrap(name: String): ByteArray = callSuspending { native.wrap(name, timeoutMs) }

    /** As [wrap], on the caller's thread. */
    public fun wrapBlocking(name: String): ByteArray = callBlocking { native.wrapBlocking(name, timeoutMs) }

    /** As [wrap], for Java. */
    public fun wrapAsync(name: String): CompletableFuture<ByteArray> = promise { wrap(name) }

    /**
     * A key of what [wrap] gave.
     *
     * @throws ParsecException.InvalidSignature if it is not that, or was changed
     */
    public suspend fun <K : Key> unwrap(wrapped: ByteArray, name: String, spec: KeySpec<K>): K =
        spec.handle(Key.of(callSuspending { native.unwrapKey(wrapped, name, spec.native, timeoutMs) }, timeoutMs))

    /** As [unwrap], on the caller's thread. */
    public fun <K : Key> unwrapBlocking(wrapped: ByteArray, name: String, spec: KeySpec<K>): K =
        spec.handle(Key.of(callBlocking { native.unwrapKeyBlocking(wrapped, name, spec.native, timeoutMs) }, timeoutMs))

    /** As [unwrap], for Java. */
    public fun <K : Key> unwrapAsync(wrapped: ByteArray, name: String, spec: KeySpec<K>): CompletableFuture<K> =
        promise { unwrap(wrapped, name, spec) }
}
