package org.parsec.client

import org.parsec.client.ffi.KeyInfo
import org.parsec.client.ffi.NativeCsr
import org.parsec.client.ffi.NativeVersion
import org.parsec.client.internal.lift

/**
 * A version of the wire protocol.
 *
 * @property major services of another major version do not understand this client
 * @property minor services of a higher minor version understand more
 */
public data class ProtocolVersion(val major: Int, val minor: Int) {
    internal constructor(version: NativeVersion) : this(version.major.toInt(), version.minor.toInt())
}

/**
 * A key in the list of [Parsec.keys].
 *
 * @property name its name
 * @property provider the number of its provider: 1 is software, 3 the TPM
 * @property attributes its type, size and policy
 */
public class KeyEntry internal constructor(
    public val name: String,
    public val provider: Int,
    public val attributes: KeyAttributes,
) {
    internal constructor(info: KeyInfo) : this(info.name, info.providerId.toInt(), info.attributes.lift())

    /** For people: the name of the key. */
    override fun toString(): String = "KeyEntry($name)"
}

/**
 * A certificate signing request (RFC 2986), from [SigningKey.toCsr].
 */
public class Csr internal constructor(private val native: NativeCsr) {
    /** The request in DER. */
    public fun toDer(): ByteArray = native.der.copyOf()

    /** The request in PEM, with the label `CERTIFICATE REQUEST`. */
    public fun toPem(): String = native.pem
}
