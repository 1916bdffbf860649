@file:JvmName("Importing")

package org.parsec.client

import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import org.parsec.client.ffi.PrivateMaterial
import org.parsec.client.ffi.PublicMaterial
import org.parsec.client.internal.lower
import java.time.Duration
import java.time.Instant
import java.util.UUID
import java.util.concurrent.CompletableFuture

/**
 * Imports a key pair.
 *
 * @param pem PEM of PKCS #8, SEC 1 or PKCS #1, an OpenSSH key, or a JSON Web Key
 * @param passphrase the pass phrase of an encrypted key
 * @throws ParsecException.InvalidArgument if the key pair is not of the kind [spec], or the pass phrase is missing or
 * wrong
 */
public suspend fun <K : Key> Parsec.importKey(
    name: String,
    pem: String,
    spec: KeySpec<K>,
    passphrase: String? = null,
): K = spec.made(callSuspending { native.import(name, spec.native, pemOf(pem), passphrase, timeoutMs) }, timeoutMs)

/** Imports a key pair in DER, as `java.security.PrivateKey.getEncoded` returns it, or in PKCS #12. */
public suspend fun <K : Key> Parsec.importKey(
    name: String,
    der: ByteArray,
    spec: KeySpec<K>,
    passphrase: String? = null,
): K = spec.made(
    callSuspending { native.import(name, spec.native, PrivateMaterial.Der(der), passphrase, timeoutMs) },
    timeoutMs,
)

/** As [importKey], on the caller's thread. */
@JvmOverloads
public fun <K : Key> Parsec.importKeyBlocking(
    name: String,
    pem: String,
    spec: KeySpec<K>,
    passphrase: String? = null,
): K = spec.made(
    callBlocking { native.importBlocking(name, spec.native, pemOf(pem), passphrase, timeoutMs) },
    timeoutMs,
)

/** As [importKey], on the caller's thread. */
@JvmOverloads
public fun <K : Key> Parsec.importKeyBlocking(
    name: String,
    der: ByteArray,
    spec: KeySpec<K>,
    passphrase: String? = null,
): K = spec.made(
    callBlocking { native.importBlocking(name, spec.native, PrivateMaterial.Der(der), passphrase, timeoutMs) },
    timeoutMs,
)

/** As [importKey], for Java. */
public fun <K : Key> Parsec.importKeyAsync(name: String, pem: String, spec: KeySpec<K>): CompletableFuture<K> =
    promise { importKey(name, pem, spec) }

/** As [importKey], for Java. */
public fun <K : Key> Parsec.importKeyAsync(name: String, der: ByteArray, spec: KeySpec<K>): CompletableFuture<K> =
    promise { importKey(name, der, spec) }

/**
 * Imports a key that is bytes, in the format of the PSA Crypto API: for AES, HMAC and HKDF the key itself, for ECDH
 * the private scalar. The length of the bytes is the size of the key.
 */
public suspend fun <K : Key> Parsec.importBytes(name: String, material: ByteArray, spec: KeySpec<K>): K =
    spec.made(callSuspending { native.importBytes(name, spec.native, material, timeoutMs) }, timeoutMs)

/** As [importBytes], on the caller's thread. */
public fun <K : Key> Parsec.importBytesBlocking(name: String, material: ByteArray, spec: KeySpec<K>): K =
    spec.made(callBlocking { native.importBytesBlocking(name, spec.native, material, timeoutMs) }, timeoutMs)

/** As [importBytes], for Java. */
public fun <K : Key> Parsec.importBytesAsync(
    name: String,
    material: ByteArray,
    spec: KeySpec<K>,
): CompletableFuture<K> = promise { importBytes(name, material, spec) }

/** Imports a public key, which verifies signatures of the kind [spec] in the service. */
public suspend fun Parsec.importPublic(name: String, publicKey: PublicKey, spec: KeySpec<*>): VerifyingKey =
    key(callSuspending { native.importPublic(name, spec.native, PublicMaterial.Der(publicKey.toDer()), timeoutMs) })
        as VerifyingKey

/** As [importPublic], on the caller's thread. */
public fun Parsec.importPublicBlocking(name: String, publicKey: PublicKey, spec: KeySpec<*>): VerifyingKey = key(
    callBlocking {
        native.importPublicBlocking(name, spec.native, PublicMaterial.Der(publicKey.toDer()), timeoutMs)
    },
) as VerifyingKey

/** As [importPublic], for Java. */
public fun Parsec.importPublicAsync(
    name: String,
    publicKey: PublicKey,
    spec: KeySpec<*>,
): CompletableFuture<VerifyingKey> = promise { importPublic(name, publicKey, spec) }

/**
 * Generates a key that expires after [lifetime].
 *
 * @throws ParsecException.NotSupported if the service has no keys that expire, or no provider makes such keys
 */
public suspend fun <K : Key> Parsec.generateVolatile(name: String, spec: KeySpec<K>, lifetime: Duration): K = spec.made(
    callSuspending {
        native.generateVolatile(name, spec.native, until(lifetime).lower(), timeoutMs)
    },
    timeoutMs,
)

/** As [generateVolatile], on the caller's thread. */
public fun <K : Key> Parsec.generateVolatileBlocking(name: String, spec: KeySpec<K>, lifetime: Duration): K = spec.made(
    callBlocking { native.generateVolatileBlocking(name, spec.native, until(lifetime).lower(), timeoutMs) },
    timeoutMs,
)

/** As [generateVolatile], for Java. */
public fun <K : Key> Parsec.generateVolatileAsync(
    name: String,
    spec: KeySpec<K>,
    lifetime: Duration,
): CompletableFuture<K> = promise { generateVolatile(name, spec, lifetime) }

/**
 * Generates a key under a unique name, calls [work] with it, and deletes it, also when [work] fails. [work] may delete
 * it earlier.
 *
 * @param lifetime when the key expires if this process ends before; a service without keys that expire keeps it then
 * @sample org.parsec.client.samples.temporary
 */
public suspend fun <K : Key, R> Parsec.withTemporaryKey(
    spec: KeySpec<K>,
    lifetime: Duration = Duration.ofHours(1),
    work: suspend (K) -> R,
): R {
    val name = "temporary-${UUID.randomUUID()}"
    val key = try {
        generateVolatile(name, spec, lifetime)
    } catch (_: ParsecException.NotSupported) {
        generate(name, spec)
    }
    val result = try {
        work(key)
    } catch (failure: Throwable) {
        // The caller gets the error of the work, not that of the deletion.
        runCatching { discard(key) }.onFailure(failure::addSuppressed)
        throw failure
    }
    discard(key)
    return result
}

/** Deletes a key, if it still exists. */
private suspend fun discard(key: Key): Unit = withContext(NonCancellable) {
    try {
        key.delete()
    } catch (_: ParsecException.KeyNotFound) {
        // It is deleted already.
    }
}

private fun pemOf(pem: String) = PrivateMaterial.Pem(pem.encodeToByteArray())

private fun until(lifetime: Duration): KeyLifetime {
    if (lifetime.isNegative || lifetime.isZero) throw invalid("lifetime: must be positive, not $lifetime")
    return KeyLifetime.ExpiresAt(Instant.now().plus(lifetime).epochSecond.coerceAtLeast(0))
}
