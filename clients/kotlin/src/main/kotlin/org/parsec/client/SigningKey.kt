package org.parsec.client

import org.parsec.client.raw.NativeKey
import org.parsec.client.raw.SignatureForm
import java.util.concurrent.CompletableFuture

/**
 * A key pair that signs. Its signatures are as the JVM's own: ECDSA's are DER (RFC 3279, section 2.2.3),
 * those of RSA as long as the modulus.
 *
 * @sample org.parsec.client.samples.signing
 */
public class SigningKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /** The public key. */
    public val publicKey: PublicKey by lazy { requirePublicKey(native) }

    /**
     * Signs a message: hashed as the key's policy says, here and not in the service, which gets only the hash.
     * Where the policy permits nothing but whole messages, the message travels.
     *
     * @param hash the hash function, for keys whose policy leaves it open
     * @return DER for ECDSA
     * @throws ParsecException.NotPermitted if the policy does not let the key sign so
     * @throws ParsecException.KeyNotFound if it was deleted
     */
    public suspend fun sign(message: ByteArray, hash: Hash? = null): ByteArray =
        callSuspending { native.sign(message, hash, timeoutMs).der }

    /** As [sign], on the caller's thread. */
    @JvmOverloads
    public fun signBlocking(message: ByteArray, hash: Hash? = null): ByteArray =
        callBlocking { native.signBlocking(message, hash, timeoutMs).der }

    /** As [sign], for Java. */
    @JvmOverloads
    public fun signAsync(message: ByteArray, hash: Hash? = null): CompletableFuture<ByteArray> =
        promise { sign(message, hash) }

    /**
     * Signs the hash of a message that was made elsewhere.
     *
     * @param hash as long as the key's hash function makes it
     * @throws ParsecException.InvalidArgument if it is not
     */
    public suspend fun signHash(hash: ByteArray): ByteArray = callSuspending { native.signHash(hash, timeoutMs).der }

    /** As [signHash], on the caller's thread. */
    public fun signHashBlocking(hash: ByteArray): ByteArray =
        callBlocking { native.signHashBlocking(hash, timeoutMs).der }

    /** As [signHash], for Java. */
    public fun signHashAsync(hash: ByteArray): CompletableFuture<ByteArray> = promise { signHash(hash) }

    /**
     * Whether a signature is the message's; the service looks.
     *
     * @param signature as [sign] gives it
     * @param hash the hash function, for keys whose policy leaves it open
     */
    public suspend fun verify(signature: ByteArray, message: ByteArray, hash: Hash? = null): Boolean =
        callSuspending { native.verify(message, signature, SignatureForm.DER, hash, timeoutMs) }

    /** As [verify], on the caller's thread. */
    @JvmOverloads
    public fun verifyBlocking(signature: ByteArray, message: ByteArray, hash: Hash? = null): Boolean =
        callBlocking { native.verifyBlocking(message, signature, SignatureForm.DER, hash, timeoutMs) }

    /** As [verify], for Java. */
    @JvmOverloads
    public fun verifyAsync(signature: ByteArray, message: ByteArray, hash: Hash? = null): CompletableFuture<Boolean> =
        promise { verify(signature, message, hash) }

    /** Whether a signature is the hash's. */
    public suspend fun verifyHash(signature: ByteArray, hash: ByteArray): Boolean =
        callSuspending { native.verifyHash(hash, signature, SignatureForm.DER, timeoutMs) }

    /** As [verifyHash], on the caller's thread. */
    public fun verifyHashBlocking(signature: ByteArray, hash: ByteArray): Boolean =
        callBlocking { native.verifyHashBlocking(hash, signature, SignatureForm.DER, timeoutMs) }

    /** As [verifyHash], for Java. */
    public fun verifyHashAsync(signature: ByteArray, hash: ByteArray): CompletableFuture<Boolean> =
        promise { verifyHash(signature, hash) }

    /**
     * A certificate signing request (RFC 2986) for this key.
     *
     * @param subject a name as in RFC 4514: `CN=web,O=Example`
     * @param dnsNames the names of the host, in ASCII
     */
    public suspend fun toCsr(subject: String, dnsNames: List<String> = emptyList()): Csr =
        callSuspending { native.toCsr(subject, dnsNames, timeoutMs) }.let { Csr(it.der, it.pem) }

    /** As [toCsr], on the caller's thread. */
    @JvmOverloads
    public fun toCsrBlocking(subject: String, dnsNames: List<String> = emptyList()): Csr =
        callBlocking { native.toCsrBlocking(subject, dnsNames, timeoutMs) }.let { Csr(it.der, it.pem) }

    /** As [toCsr], for Java. */
    @JvmOverloads
    public fun toCsrAsync(subject: String, dnsNames: List<String> = emptyList()): CompletableFuture<Csr> =
        promise { toCsr(subject, dnsNames) }
}

/** A public key in the service that verifies signatures: somebody's, that was imported. */
public class VerifyingKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /** The public key. */
    public val publicKey: PublicKey by lazy { requirePublicKey(native) }

    /** As [SigningKey.verify]. */
    public suspend fun verify(signature: ByteArray, message: ByteArray, hash: Hash? = null): Boolean =
        callSuspending { native.verify(message, signature, SignatureForm.DER, hash, timeoutMs) }

    /** As [verify], on the caller's thread. */
    @JvmOverloads
    public fun verifyBlocking(signature: ByteArray, message: ByteArray, hash: Hash? = null): Boolean =
        callBlocking { native.verifyBlocking(message, signature, SignatureForm.DER, hash, timeoutMs) }

    /** As [verify], for Java. */
    @JvmOverloads
    public fun verifyAsync(signature: ByteArray, message: ByteArray, hash: Hash? = null): CompletableFuture<Boolean> =
        promise { verify(signature, message, hash) }

    /** As [SigningKey.verifyHash]. */
    public suspend fun verifyHash(signature: ByteArray, hash: ByteArray): Boolean =
        callSuspending { native.verifyHash(hash, signature, SignatureForm.DER, timeoutMs) }

    /** As [verifyHash], on the caller's thread. */
    public fun verifyHashBlocking(signature: ByteArray, hash: ByteArray): Boolean =
        callBlocking { native.verifyHashBlocking(hash, signature, SignatureForm.DER, timeoutMs) }

    /** As [verifyHash], for Java. */
    public fun verifyHashAsync(signature: ByteArray, hash: ByteArray): CompletableFuture<Boolean> =
        promise { verifyHash(signature, hash) }
}
