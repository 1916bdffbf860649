package org.parsec.client

import org.parsec.client.raw.NativeKey
import java.util.concurrent.CompletableFuture

/**
 * A key of the service, and the class of those that have none of their own; what a key is for has made
 * it a [SigningKey], a [SymmetricKey] or another subclass.
 *
 * It is a name: it goes on working after the service was restarted, closing or collecting it deletes
 * nothing, and only [delete] does.
 */
public sealed class Key(internal val native: NativeKey, internal val timeoutMs: UInt?) : AutoCloseable {
    /** Its name. */
    public val name: String = native.name()

    /** Where it lives. */
    public val provider: Provider = native.provider()

    /** Its type, size and policy. */
    public val attributes: KeyAttributes by lazy { native.attributes() }

    /** What it is, for a person: `ECDSA P-256 with SHA-256`. */
    public val description: String = native.description()

    /**
     * The private key or the secret, as the PSA Crypto API has it: the private number of an elliptic curve,
     * PKCS #1's `RSAPrivateKey`, or the bytes themselves. The caller wipes it.
     *
     * @throws ParsecException.NotPermitted unless it was made exportable
     */
    public suspend fun exportPrivate(): ByteArray = callSuspending { native.exportPrivate(timeoutMs) }

    /** As [exportPrivate], on the caller's thread. */
    public fun exportPrivateBlocking(): ByteArray = callBlocking { native.exportPrivateBlocking(timeoutMs) }

    /** As [exportPrivate], for Java. */
    public fun exportPrivateAsync(): CompletableFuture<ByteArray> = promise { exportPrivate() }

    /**
     * Deletes the key, for good. Every object that names it then answers [ParsecException.KeyNotFound].
     *
     * @throws ParsecException.KeyNotFound if it is gone already
     */
    public suspend fun delete(): Unit = callSuspending { native.delete(timeoutMs) }

    /** As [delete], on the caller's thread. */
    public fun deleteBlocking(): Unit = callBlocking { native.deleteBlocking(timeoutMs) }

    /** As [delete], for Java. */
    public fun deleteAsync(): CompletableFuture<Void?> = promiseNothing { delete() }

    /** Lets go of what this object holds: some memory, no key. It may be left out, and done twice. */
    override fun close(): Unit = native.close()

    /** For a person: the kind of object, the key's name, what it is and where it lies. */
    override fun toString(): String = "${javaClass.simpleName}($name, $description, $provider)"

    internal companion object {
        internal fun of(native: NativeKey, timeoutMs: UInt?): Key = when (native.role()) {
            "signing" -> SigningKey(native, timeoutMs)
            "verifying" -> VerifyingKey(native, timeoutMs)
            "symmetric" -> SymmetricKey(native, timeoutMs)
            "mac" -> MacKey(native, timeoutMs)
            "decryption" -> DecryptionKey(native, timeoutMs)
            "derivation" -> DerivationKey(native, timeoutMs)
            "agreement" -> AgreementKey(native, timeoutMs)
            "wrapping" -> WrappingKey(native, timeoutMs)
            else -> OtherKey(native, timeoutMs)
        }
    }
}

/** A key for something that has no class of its own. What it can do is in [Parsec.raw]. */
public class OtherKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /** Its public key, of keys that have one in a known form. */
    public val publicKey: PublicKey? by lazy { native.publicKey()?.let(::PublicKey) }
}

/** Makes the class of the new key that of the old one. */
@Suppress("UNCHECKED_CAST") // One key of the same material and policy has the role of the other.
internal fun <K : Key> K.again(native: NativeKey): K = Key.of(native, timeoutMs) as K

/** The public key of a key that is bound to have one. */
internal fun requirePublicKey(native: NativeKey): PublicKey = PublicKey(
    native.publicKey() ?: throw failed(org.parsec.client.raw.FailureKind.INTERNAL, "the key has no public part"),
)

internal val nothing: ByteArray = ByteArray(0)
