@file:JvmName("Keys")

package org.parsec.client

import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.time.toJavaDuration

/**
 * Gives the key another name. Objects of the old one then answer [ParsecException.KeyNotFound].
 *
 * @throws ParsecException.KeyExists if the name is taken
 * @throws ParsecException.NotSupported if the service does no such thing
 */
public suspend fun <K : Key> K.rename(name: String): K = again(callSuspending { native.rename(name, timeoutMs) })

/** As [rename]. */
public suspend fun <K : Key> K.rename(name: KeyName): K = rename(name.value)

/** As [rename], on the caller's thread. */
public fun <K : Key> K.renameBlocking(name: String): K = again(callBlocking { native.renameBlocking(name, timeoutMs) })

/** As [rename], for Java. */
public fun <K : Key> K.renameAsync(name: String): CompletableFuture<K> = promise { rename(name) }

/**
 * Makes a second key of the same material, type and policy, with the same provider.
 *
 * @throws ParsecException.NotPermitted unless the key was made copyable
 * @throws ParsecException.KeyExists if the name is taken
 */
public suspend fun <K : Key> K.copy(name: String): K = again(callSuspending { native.copy(name, timeoutMs) })

/** As [copy]. */
public suspend fun <K : Key> K.copy(name: KeyName): K = copy(name.value)

/** As [copy], on the caller's thread. */
public fun <K : Key> K.copyBlocking(name: String): K = again(callBlocking { native.copyBlocking(name, timeoutMs) })

/** As [copy], for Java. */
public fun <K : Key> K.copyAsync(name: String): CompletableFuture<K> = promise { copy(name) }

/** The same key, waiting at most [timeout] for each answer, in an object that is closed by itself. */
@Suppress("UNCHECKED_CAST") // The same key has the same role.
public fun <K : Key> K.withTimeout(timeout: Duration): K = Key.of(native.again(), millis(timeout)) as K

/** The same key, waiting at most [timeout] for each answer. */
public fun <K : Key> K.withTimeout(timeout: kotlin.time.Duration): K = withTimeout(timeout.toJavaDuration())
