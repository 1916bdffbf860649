package org.parsec.client

import org.parsec.client.ffi.EccFamily
import org.parsec.client.ffi.FailureKind
import org.parsec.client.ffi.KeyType
import org.parsec.client.ffi.NativePublicKey
import org.parsec.client.ffi.readPublicKeyDer
import org.parsec.client.ffi.readPublicKeyPem
import java.security.KeyFactory
import java.security.spec.X509EncodedKeySpec

/**
 * A public key: plain data, in the usual formats.
 *
 * @sample org.parsec.client.samples.publicKeys
 */
public class PublicKey internal constructor(private val native: NativePublicKey) {
    /** A description for people: `P-256`, `RSA 2048`. */
    public val description: String get() = native.description

    /** The size in bits of the curve's field or of the modulus. */
    public val bits: Int get() = native.bits.toInt()

    /** A DER `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7). */
    public fun toDer(): ByteArray = native.der.copyOf()

    /** PEM with the label `PUBLIC KEY`. */
    public fun toPem(): String = native.pem

    /**
     * A JSON Web Key (RFC 7517), with its members in alphabetical order as RFC 7638 requires for a thumbprint.
     *
     * @throws ParsecException.NotSupported if JWK does not support the curve
     */
    public fun toJwk(): String = native.jwk ?: throw failed(
        FailureKind.NOT_SUPPORTED,
        "${native.description} has no name as a JSON Web Key; use its PEM or its DER",
    )

    /** The format of the PSA Crypto API: a point `04 ‖ X ‖ Y`, a Montgomery coordinate, or PKCS #1's `RSAPublicKey`. */
    public fun toRaw(): ByteArray = native.raw.copyOf()

    /**
     * Converts to a public key of the JCA.
     *
     * @throws java.security.GeneralSecurityException if this JVM does not know the curve
     */
    public fun toJava(): java.security.PublicKey =
        KeyFactory.getInstance(family()).generatePublic(X509EncodedKeySpec(native.der))

    internal fun family(): String = when (val type = native.keyType) {
        is KeyType.RsaPublicKey -> "RSA"

        is KeyType.EccPublicKey -> when (type.curveFamily) {
            EccFamily.TWISTED_EDWARDS -> "EdDSA"
            EccFamily.MONTGOMERY -> "XDH"
            else -> "EC"
        }

        else -> throw failed(FailureKind.INTERNAL, "a public key has the type $type")
    }

    /** Whether both keys have the same DER. */
    override fun equals(other: Any?): Boolean = other is PublicKey && native.der.contentEquals(other.native.der)

    /** Equal for the same key. */
    override fun hashCode(): Int = native.der.contentHashCode()

    /** A description for people. */
    override fun toString(): String = "PublicKey($description)"

    /** Reads public keys. */
    public companion object {
        /**
         * Reads PEM with the label `PUBLIC KEY`.
         *
         * @throws ParsecException.InvalidArgument if the PEM is malformed or of another kind
         */
        @JvmStatic
        public fun ofPem(pem: String): PublicKey = callBlocking { PublicKey(readPublicKeyPem(pem)) }

        /**
         * Reads a DER `SubjectPublicKeyInfo`, the format of `java.security.PublicKey.getEncoded`.
         *
         * @throws ParsecException.InvalidArgument if the DER is malformed or of another kind
         */
        @JvmStatic
        public fun ofDer(der: ByteArray): PublicKey = callBlocking { PublicKey(readPublicKeyDer(der)) }
    }
}
