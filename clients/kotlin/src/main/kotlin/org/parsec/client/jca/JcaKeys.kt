package org.parsec.client.jca

import org.parsec.client.AgreementKey
import org.parsec.client.DecryptionKey
import org.parsec.client.Hash
import org.parsec.client.Key
import org.parsec.client.MacKey
import org.parsec.client.PublicKey
import org.parsec.client.SigningKey
import org.parsec.client.SymmetricKey
import org.parsec.client.raw.Algorithm
import org.parsec.client.raw.FullLengthMac
import org.parsec.client.raw.KeyType
import org.parsec.client.raw.Mac
import java.io.NotSerializableException
import java.io.ObjectOutputStream
import java.math.BigInteger
import java.security.InvalidKeyException
import java.security.PrivateKey
import java.security.interfaces.ECKey
import java.security.interfaces.EdECKey
import java.security.interfaces.RSAKey
import java.security.interfaces.XECKey
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.ECParameterSpec
import java.security.spec.NamedParameterSpec
import javax.crypto.SecretKey

/**
 * An opaque JCA key that refers to a key of the service. It has no encoding, so the JVM's own providers leave it
 * to [ParsecProvider].
 */
public sealed interface ParsecJcaKey : java.security.Key {
    /** The key of the service. */
    public val key: Key

    /** Returns `null`: the key never leaves the service. */
    override fun getFormat(): String? = null

    /** Returns `null`: the key never leaves the service. */
    override fun getEncoded(): ByteArray? = null
}

/** The private key of a key pair of the service. */
public sealed class ParsecPrivateKey(override val key: Key, private val family: String) :
    ParsecJcaKey,
    PrivateKey {
    /** Returns the JCA's algorithm name, such as `EC` or `RSA`. */
    override fun getAlgorithm(): String = family

    /** Returns a description with the key's name, never its material. */
    override fun toString(): String = "${javaClass.simpleName}(${key.name})"

    @Suppress("unused", "UNUSED_PARAMETER") // Serialization looks for it by its name.
    private fun writeObject(stream: ObjectOutputStream): Unit =
        throw NotSerializableException("a key of the Parsec service: store its name, \"${key.name}\"")

    internal companion object {
        internal fun of(key: Key): ParsecPrivateKey? {
            val publicKey = publicHalf(key) ?: return null
            return when (val converted = publicKey.toJava()) {
                is java.security.interfaces.ECPublicKey -> EcPrivateKey(key, converted.params)
                is java.security.interfaces.RSAPublicKey -> RsaPrivateKey(key, converted.modulus)
                is java.security.interfaces.EdECPublicKey -> EdPrivateKey(key, converted.params)
                is java.security.interfaces.XECPublicKey -> XecPrivateKey(key, converted.params)
                else -> null
            }
        }
    }
}

/** Returns the public key of a key pair, or `null` for other keys. */
internal fun publicHalf(key: Key): PublicKey? = when (key) {
    is SigningKey -> key.publicKey
    is AgreementKey -> key.publicKey
    is DecryptionKey -> key.publicKey
    else -> null
}

// JSSE selects signature schemes by these interfaces, which do not contain private numbers.

internal class EcPrivateKey(key: Key, private val curve: ECParameterSpec) :
    ParsecPrivateKey(key, "EC"),
    ECKey {
    override fun getParams(): ECParameterSpec = curve

    private companion object {
        private const val serialVersionUID = 1L
    }
}

internal class RsaPrivateKey(key: Key, private val n: BigInteger) :
    ParsecPrivateKey(key, "RSA"),
    RSAKey {
    override fun getModulus(): BigInteger = n

    private companion object {
        private const val serialVersionUID = 1L
    }
}

internal class EdPrivateKey(key: Key, private val curve: NamedParameterSpec) :
    ParsecPrivateKey(key, "EdDSA"),
    EdECKey {
    override fun getParams(): NamedParameterSpec = curve

    private companion object {
        private const val serialVersionUID = 1L
    }
}

internal class XecPrivateKey(key: Key, private val curve: AlgorithmParameterSpec) :
    ParsecPrivateKey(key, "XDH"),
    XECKey {
    override fun getParams(): AlgorithmParameterSpec = curve

    private companion object {
        private const val serialVersionUID = 1L
    }
}

/** A secret key of the service: for [javax.crypto.Cipher] or [javax.crypto.Mac]. */
public class ParsecSecretKey internal constructor(override val key: Key, private val family: String) :
    ParsecJcaKey,
    SecretKey {
    /** Returns the JCA's algorithm name by the key's policy, such as `AES`, `ChaCha20`, `HmacSHA256` or `AESCMAC`. */
    override fun getAlgorithm(): String = family

    /** Returns a description with the key's name, never its material. */
    override fun toString(): String = "ParsecSecretKey(${key.name})"

    @Suppress("unused", "UNUSED_PARAMETER") // Serialization looks for it by its name.
    private fun writeObject(stream: ObjectOutputStream): Unit =
        throw NotSerializableException("a key of the Parsec service: store its name, \"${key.name}\"")

    internal companion object {
        private const val serialVersionUID = 1L

        internal fun of(key: Key): ParsecSecretKey? = when (key) {
            is SymmetricKey -> ParsecSecretKey(key, cipher(key))
            is MacKey -> ParsecSecretKey(key, mac(key))
            else -> null
        }

        private fun cipher(key: Key): String = when (val type = key.attributes.keyType) {
            KeyType.Aes -> "AES"
            KeyType.Chacha20 -> "ChaCha20"
            else -> type.javaClass.simpleName
        }

        private fun hash(hash: Hash): String = HASHES.values.firstOrNull { it.hash == hash }?.short.orEmpty()

        private fun mac(key: Key): String {
            val policy = (key.attributes.keyPolicy.keyAlgorithm as? Algorithm.Mac)?.value
            val full = when (policy) {
                is Mac.FullLength -> policy.value
                is Mac.Truncated -> policy.macAlg
                null -> null
            }
            return when (full) {
                is FullLengthMac.Hmac -> "Hmac" + hash(full.hashAlg)
                FullLengthMac.Cmac -> "AESCMAC"
                else -> cipher(key)
            }
        }
    }
}

/** Returns the JCA key for a key of the service, or `null` if the JCA has no such kind. */
internal fun jcaKey(key: Key): ParsecJcaKey? = ParsecPrivateKey.of(key) ?: ParsecSecretKey.of(key)

/** Returns the key of the service behind a JCA key; [what] describes the required role in the error. */
internal inline fun <reified K : Key> serviceKey(key: java.security.Key?, what: String): K =
    (key as? ParsecJcaKey)?.key as? K ?: throw InvalidKeyException("a key of the Parsec service $what is required")

/** Returns the message for a key whose policy does not permit the operation. */
internal fun notPermitted(key: Key, what: String): String =
    "the policy of the key \"${key.name}\", ${key.description}, does not permit $what"
