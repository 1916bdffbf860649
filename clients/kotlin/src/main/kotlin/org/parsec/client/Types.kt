package org.parsec.client

/** A hash function. */
public typealias Hash = org.parsec.client.raw.Hash

/** Where keys live: in software, in a PKCS #11 token, in the machine's TPM. */
public typealias Provider = org.parsec.client.raw.ProviderId

/**
 * What a new key will be used for that only some providers can do: data in pieces,
 * or being encrypted under another key.
 */
public typealias KeyUse = org.parsec.client.raw.KeyUse

/** Type, size and policy of a key, as the contracts have them. */
public typealias KeyAttributes = org.parsec.client.raw.KeyAttributes

/** What a provider says of itself. */
public typealias ProviderInfo = org.parsec.client.raw.ProviderInfo

/** What an authenticator says of itself. */
public typealias AuthenticatorInfo = org.parsec.client.raw.AuthenticatorInfo

/**
 * A version of the wire protocol.
 *
 * @property major services of another major version do not understand this client
 * @property minor services of a higher minor version understand more
 */
public data class ProtocolVersion(val major: Int, val minor: Int)

/**
 * One key of the list that [Parsec.keys] gives.
 *
 * @property name its name
 * @property provider the number of the provider that holds it: 1 is software, 3 the TPM
 * @property attributes its type, size and policy
 */
public class KeyEntry internal constructor(
    public val name: String,
    public val provider: Int,
    public val attributes: KeyAttributes,
) {
    /** For a person: the key's name. */
    override fun toString(): String = "KeyEntry($name)"
}

/**
 * A certificate signing request (RFC 2986), from [SigningKey.toCsr].
 */
public class Csr internal constructor(private val der: ByteArray, private val pem: String) {
    /** As DER. */
    public fun toDer(): ByteArray = der.copyOf()

    /** As PEM with the label `CERTIFICATE REQUEST`. */
    public fun toPem(): String = pem
}
