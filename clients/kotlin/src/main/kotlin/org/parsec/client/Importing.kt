@file:JvmName("Importing")

package org.parsec.client

import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import org.parsec.client.raw.KeyLifetime
import org.parsec.client.raw.PrivateMaterial
import org.parsec.client.raw.PublicMaterial
import java.time.Duration
import java.time.Instant
import java.util.UUID

/**
 * Brings in a key pair that was made elsewhere.
 *
 * @param pem PKCS #8, SEC 1 or PKCS #1, unencrypted
 * @throws ParsecException.InvalidArgument if it is not what [spec] says
 */
public suspend fun <K : Key> Parsec.importKey(name: String, pem: String, spec: KeySpec<K>): K =
    spec.handle(key(callSuspending { native().importPrivate(name, spec.native, pemOf(pem), timeout()) }))

/** Brings in a key pair that was made elsewhere, as DER: what `java.security.PrivateKey.getEncoded` gives. */
public suspend fun <K : Key> Parsec.importKey(name: String, der: ByteArray, spec: KeySpec<K>): K =
    spec.handle(key(callSuspending { native().importPrivate(name, spec.native, PrivateMaterial.Der(der), timeout()) }))

/** As [importKey], on the caller's thread. */
public fun <K : Key> Parsec.importKeyBlocking(name: String, pem: String, spec: KeySpec<K>): K =
    spec.handle(key(callBlocking { native().importPrivateBlocking(name, spec.native, pemOf(pem), timeout()) }))

/** As [importKey], on the caller's thread. */
public fun <K : Key> Parsec.importKeyBlocking(name: String, der: ByteArray, spec: KeySpec<K>): K = spec.handle(
    key(callBlocking { native().importPrivateBlocking(name, spec.native, PrivateMaterial.Der(der), timeout()) }),
)

/**
 * Brings in a key that is bytes, as the PSA Crypto API has it: of AES, HMAC and HKDF the key itself, of ECDH the
 * private number. The size is what the bytes make it.
 */
public suspend fun <K : Key> Parsec.importBytes(name: String, material: ByteArray, spec: KeySpec<K>): K =
    spec.handle(key(callSuspending { native().importBytes(name, spec.native, material, timeout()) }))

/** As [importBytes], on the caller's thread. */
public fun <K : Key> Parsec.importBytesBlocking(name: String, material: ByteArray, spec: KeySpec<K>): K =
    spec.handle(key(callBlocking { native().importBytesBlocking(name, spec.native, material, timeout()) }))

/** Brings in somebody's public key, to verify with: [spec] says which signatures. */
public suspend fun Parsec.importPublic(name: String, publicKey: PublicKey, spec: KeySpec<*>): VerifyingKey =
    key(callSuspending { native().importPublic(name, spec.native, PublicMaterial.Der(publicKey.toDer()), timeout()) })
        as VerifyingKey

/** As [importPublic], on the caller's thread. */
public fun Parsec.importPublicBlocking(name: String, publicKey: PublicKey, spec: KeySpec<*>): VerifyingKey = key(
    callBlocking {
        native().importPublicBlocking(name, spec.native, PublicMaterial.Der(publicKey.toDer()), timeout())
    },
) as VerifyingKey

/**
 * Makes a key that vanishes by itself after [lifetime], should nobody delete it before.
 *
 * @throws ParsecException.NotSupported if the provider has no such keys
 */
public suspend fun <K : Key> Parsec.generateVolatile(name: String, spec: KeySpec<K>, lifetime: Duration): K =
    spec.handle(key(callSuspending { native().generateVolatile(name, spec.native, until(lifetime), timeout()) }))

/** As [generateVolatile], on the caller's thread. */
public fun <K : Key> Parsec.generateVolatileBlocking(name: String, spec: KeySpec<K>, lifetime: Duration): K =
    spec.handle(key(callBlocking { native().generateVolatileBlocking(name, spec.native, until(lifetime), timeout()) }))

/**
 * Makes a key for as long as [work] takes, under a name of its own: whatever becomes of [work], the key is deleted.
 * [work] may delete it before.
 *
 * @param lifetime when it vanishes by itself, should this process end before; where the provider has no such keys
 *   it stays then
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
        // What became of the work is told, whatever becomes of the key.
        runCatching { discard(key) }.onFailure(failure::addSuppressed)
        throw failure
    }
    discard(key)
    return result
}

/** Deletes a key, unless that was done. */
private suspend fun discard(key: Key): Unit = withContext(NonCancellable) {
    try {
        key.delete()
    } catch (_: ParsecException.KeyNotFound) {
        // Then it is as it should be.
    }
}

private fun pemOf(pem: String) = PrivateMaterial.Pem(pem.encodeToByteArray())

private fun until(lifetime: Duration): KeyLifetime {
    if (lifetime.isNegative || lifetime.isZero) throw invalid("a lifetime must be longer than nothing, not $lifetime")
    return KeyLifetime.ExpiresAt(Instant.now().plus(lifetime).epochSecond.coerceAtLeast(0).toULong())
}
