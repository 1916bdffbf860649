package org.parsec.client

import org.parsec.client.ffi.FailureKind
import org.parsec.client.ffi.NativeKey

/** A key of a role without a specific class. [Parsec.raw] has the operations for it. */
public class OtherKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /** The public key, if the key has one in a form that the client knows. */
    public val publicKey: PublicKey? by lazy { native.publicKey()?.let(::PublicKey) }
}

/** The handle of a key that another one made, which has the same class. */
@Suppress("UNCHECKED_CAST") // A key with the same policy has the same role.
internal fun <K : Key> K.again(native: NativeKey): K = Key.of(native, timeoutMs) as K

/** The public key of a key that must have one. */
internal fun requirePublicKey(native: NativeKey): PublicKey = PublicKey(
    native.publicKey() ?: throw failed(FailureKind.INTERNAL, "the key has no public key; please report this"),
)

internal val nothing: ByteArray = ByteArray(0)
