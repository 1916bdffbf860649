package org.parsec.client

import org.parsec.client.ffi.NativeKey
import org.parsec.client.ffi.NativeSpec

/**
 * The kind of a new key: its algorithm, its size and its policy. The type of the spec defines the class
 * of the handle: a [SigningSpec] makes a [SigningKey].
 *
 * Specs are values. [Ecdsa], [Rsa], [Aes], [Hmac] and other objects have the common ones.
 *
 * @param K the class of the key
 * @sample org.parsec.client.samples.specs
 */
public sealed class KeySpec<out K : Key>(internal val native: NativeSpec) {
    internal abstract fun handle(key: Key): K

    /** The handle of a key that was made after this spec. */
    internal fun made(key: NativeKey, timeoutMs: UInt?): K = handle(Key.of(key, timeoutMs))

    /** The name of the kind in all clients, such as `ecdsa-p256`, if it has one. */
    override fun toString(): String = native.name ?: "custom attributes"

    /** Whether the other spec describes the same kind of key. */
    override fun equals(other: Any?): Boolean = other is KeySpec<*> && other.native == native

    /** Equal for equal specs. */
    override fun hashCode(): Int = native.hashCode()
}

internal inline fun <reified K : Key> Key.of(): K = this as? K ?: throw wrongRole(this, K::class.java)

internal fun wrongRole(key: Key, wanted: Class<*>): ParsecException =
    invalid("the key \"${key.name}\" is a ${key.javaClass.simpleName} (${key.description}), no ${wanted.simpleName}")
