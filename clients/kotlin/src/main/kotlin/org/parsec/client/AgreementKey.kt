package org.parsec.client

import org.parsec.client.raw.NativeKey
import java.util.concurrent.CompletableFuture

/** A key pair for key agreement: ECDH (NIST SP 800-56A) or X25519 (RFC 7748), and HKDF over what is agreed on. */
public class AgreementKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /** The public key that the peer needs, as the PSA Crypto API has it: a point `04 ‖ X ‖ Y` or 32 bytes. */
    public suspend fun exportPublic(): ByteArray = callSuspending { native.exportPublic(timeoutMs) }

    /** As [exportPublic], on the caller's thread. */
    public fun exportPublicBlocking(): ByteArray = callBlocking { native.exportPublicBlocking(timeoutMs) }

    /** As [exportPublic], for Java. */
    public fun exportPublicAsync(): CompletableFuture<ByteArray> = promise { exportPublic() }

    /** The public key in all its forms. */
    public val publicKey: PublicKey by lazy { requirePublicKey(native) }

    /**
     * The secret that the peer can make too, as it is: derive keys from it, and wipe it. It leaves the service; where
     * the key that is wanted may stay there, [agreeKey] makes it.
     *
     * @param peer the peer's public key, as its [exportPublic] gives it
     * @throws ParsecException.InvalidArgument if [peer] is no public key of the same curve
     */
    public suspend fun agree(peer: ByteArray): ByteArray = callSuspending { native.agree(peer, timeoutMs) }

    /** As [agree], on the caller's thread. */
    public fun agreeBlocking(peer: ByteArray): ByteArray = callBlocking { native.agreeBlocking(peer, timeoutMs) }

    /** As [agree], for Java. */
    public fun agreeAsync(peer: ByteArray): CompletableFuture<ByteArray> = promise { agree(peer) }

    /**
     * A new key that the peer can make too.
     *
     * @param peer the peer's public key, as its [exportPublic] gives it
     * @param info what the key is for; the peer must say the same
     * @throws ParsecException.InvalidArgument if [peer] is no public key of the same curve
     */
    public suspend fun <K : Key> agreeKey(peer: ByteArray, info: ByteArray, name: String, spec: KeySpec<K>): K =
        spec.handle(Key.of(callSuspending { native.agreeKey(peer, info, name, spec.native, timeoutMs) }, timeoutMs))

    /** As [agreeKey], on the caller's thread. */
    public fun <K : Key> agreeKeyBlocking(peer: ByteArray, info: ByteArray, name: String, spec: KeySpec<K>): K =
        spec.handle(
            Key.of(callBlocking { native.agreeKeyBlocking(peer, info, name, spec.native, timeoutMs) }, timeoutMs),
        )

    /** As [agreeKey], for Java. */
    public fun <K : Key> agreeKeyAsync(
        peer: ByteArray,
        info: ByteArray,
        name: String,
        spec: KeySpec<K>,
    ): CompletableFuture<K> = promise { agreeKey(peer, info, name, spec) }
}
