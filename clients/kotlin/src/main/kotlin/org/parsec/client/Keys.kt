@file:JvmName("Keys")
@file:JvmMultifileClass

package org.parsec.client

import java.time.Duration
import kotlin.time.toJavaDuration

/** As [rename]. */
public suspend fun <K : Key> K.rename(name: KeyName): K = rename(name.value)

/** As [copy]. */
public suspend fun <K : Key> K.copy(name: KeyName): K = copy(name.value)

/** A new handle for the same key, with a timeout for each response. It is closed separately. */
@Suppress("UNCHECKED_CAST") // The same key has the same role.
public fun <K : Key> K.withTimeout(timeout: Duration): K = Key.of(native.again(), millis(timeout)) as K

/** A new handle for the same key, with a timeout for each response. */
@JvmSynthetic
@JvmName("withKotlinTimeout")
public fun <K : Key> K.withTimeout(timeout: kotlin.time.Duration): K = withTimeout(timeout.toJavaDuration())
