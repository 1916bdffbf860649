package org.parsec.client

import org.parsec.client.raw.NativeKey
import org.parsec.client.raw.NativeSpec

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

    /** The handle of a key that was created from this spec. */
    internal fun made(key: NativeKey, timeoutMs: UInt?): K = handle(Key.of(key, timeoutMs))

    /** The name of the kind in all clients, such as `ecdsa-p256`, if it has one. */
    override fun toString(): String = native.name ?: "custom attributes"

    /** Whether the other spec describes the same kind of key. */
    override fun equals(other: Any?): Boolean = other is KeySpec<*> && other.native == native

    /** Equal for equal specs. */
    override fun hashCode(): Int = native.hashCode()
}

private fun named(name: String) = NativeSpec(name = name)

private inline fun <reified K : Key> Key.of(): K = this as? K ?: throw wrongRole(this, K::class.java)

internal fun wrongRole(key: Key, wanted: Class<*>): ParsecException =
    invalid("the key \"${key.name}\" is a ${key.javaClass.simpleName} (${key.description}), not a ${wanted.simpleName}")

/** A key pair that signs. */
public class SigningSpec internal constructor(native: NativeSpec) : KeySpec<SigningKey>(native) {
    internal constructor(name: String) : this(named(name))

    override fun handle(key: Key): SigningKey = key.of()

    /**
     * The same spec, with other options.
     *
     * @param hash the hash function of its signatures
     * @param exportable whether the private key may be exported
     * @param copyable whether the key may be copied
     * @param provider the provider of the key; the default is the first that supports the kind
     * @param uses the uses that the provider must support
     */
    @JvmOverloads
    public fun with(
        hash: Hash? = native.hash,
        exportable: Boolean = native.exportable,
        copyable: Boolean = native.copyable,
        provider: Provider? = native.provider,
        uses: List<KeyUse> = native.uses,
    ): SigningSpec = SigningSpec(
        native.copy(hash = hash, exportable = exportable, copyable = copyable, provider = provider, uses = uses),
    )
}

/** A key for authenticated encryption. */
public class SymmetricSpec internal constructor(native: NativeSpec) : KeySpec<SymmetricKey>(native) {
    internal constructor(name: String) : this(named(name))

    override fun handle(key: Key): SymmetricKey = key.of()

    /** The same spec, with other options: see [SigningSpec.with]. */
    @JvmOverloads
    public fun with(
        exportable: Boolean = native.exportable,
        copyable: Boolean = native.copyable,
        provider: Provider? = native.provider,
        uses: List<KeyUse> = native.uses,
    ): SymmetricSpec = SymmetricSpec(
        native.copy(exportable = exportable, copyable = copyable, provider = provider, uses = uses),
    )
}

/** A key for authentication codes. */
public class MacSpec internal constructor(native: NativeSpec) : KeySpec<MacKey>(native) {
    internal constructor(name: String, hash: Hash? = null) : this(named(name).copy(hash = hash))

    override fun handle(key: Key): MacKey = key.of()

    /** The same spec, with other options: see [SigningSpec.with]. */
    @JvmOverloads
    public fun with(
        exportable: Boolean = native.exportable,
        copyable: Boolean = native.copyable,
        provider: Provider? = native.provider,
        uses: List<KeyUse> = native.uses,
    ): MacSpec = MacSpec(native.copy(exportable = exportable, copyable = copyable, provider = provider, uses = uses))
}

/** A key pair that decrypts short messages. */
public class DecryptionSpec internal constructor(native: NativeSpec) : KeySpec<DecryptionKey>(native) {
    internal constructor(name: String) : this(named(name))

    override fun handle(key: Key): DecryptionKey = key.of()

    /** The same spec, with other options: see [SigningSpec.with]. */
    @JvmOverloads
    public fun with(
        hash: Hash? = native.hash,
        exportable: Boolean = native.exportable,
        copyable: Boolean = native.copyable,
        provider: Provider? = native.provider,
        uses: List<KeyUse> = native.uses,
    ): DecryptionSpec = DecryptionSpec(
        native.copy(hash = hash, exportable = exportable, copyable = copyable, provider = provider, uses = uses),
    )
}

/** A secret to derive from. */
public class DerivationSpec internal constructor(native: NativeSpec) : KeySpec<DerivationKey>(native) {
    internal constructor(name: String, hash: Hash? = null) : this(named(name).copy(hash = hash))

    override fun handle(key: Key): DerivationKey = key.of()

    /** The same spec, with other options: see [SigningSpec.with]. */
    @JvmOverloads
    public fun with(
        exportable: Boolean = native.exportable,
        copyable: Boolean = native.copyable,
        provider: Provider? = native.provider,
        uses: List<KeyUse> = native.uses,
    ): DerivationSpec = DerivationSpec(
        native.copy(exportable = exportable, copyable = copyable, provider = provider, uses = uses),
    )
}

/** A key pair for key agreement. */
public class AgreementSpec internal constructor(native: NativeSpec) : KeySpec<AgreementKey>(native) {
    internal constructor(name: String) : this(named(name))

    override fun handle(key: Key): AgreementKey = key.of()

    /** The same spec, with other options: see [SigningSpec.with]. */
    @JvmOverloads
    public fun with(
        exportable: Boolean = native.exportable,
        copyable: Boolean = native.copyable,
        provider: Provider? = native.provider,
        uses: List<KeyUse> = native.uses,
    ): AgreementSpec = AgreementSpec(
        native.copy(exportable = exportable, copyable = copyable, provider = provider, uses = uses),
    )
}

/** A key that encrypts other keys. */
public class WrappingSpec internal constructor(native: NativeSpec) : KeySpec<WrappingKey>(native) {
    internal constructor(name: String) : this(named(name))

    override fun handle(key: Key): WrappingKey = key.of()

    /** The same spec, with other options: see [SigningSpec.with]. */
    @JvmOverloads
    public fun with(
        exportable: Boolean = native.exportable,
        copyable: Boolean = native.copyable,
        provider: Provider? = native.provider,
        uses: List<KeyUse> = native.uses,
    ): WrappingSpec = WrappingSpec(
        native.copy(exportable = exportable, copyable = copyable, provider = provider, uses = uses),
    )
}

/** A key of any kind, by its name at run time or by all of its attributes. */
public class AnySpec private constructor(native: NativeSpec) : KeySpec<Key>(native) {
    /**
     * A kind of key by the name that configurations and the command line use: `ecdsa-p256`,
     * `aes-256-gcm`. An unknown name is an error when the key is made; the error lists the known names.
     */
    public constructor(name: String) : this(named(name))

    /** A key with exactly these attributes. */
    public constructor(attributes: KeyAttributes) : this(NativeSpec(attributes = attributes))

    override fun handle(key: Key): Key = key

    /**
     * The same spec, with other options: see [SigningSpec.with].
     *
     * @param pkcs1 RSA signatures with PKCS #1 v1.5 (RFC 8017, 8.2) instead of PSS
     */
    @JvmOverloads
    public fun with(
        hash: Hash? = native.hash,
        pkcs1: Boolean = native.pkcs1,
        exportable: Boolean = native.exportable,
        copyable: Boolean = native.copyable,
        provider: Provider? = native.provider,
        uses: List<KeyUse> = native.uses,
    ): AnySpec = AnySpec(
        native.copy(
            hash = hash,
            pkcs1 = pkcs1,
            exportable = exportable,
            copyable = copyable,
            provider = provider,
            uses = uses,
        ),
    )
}
