package org.parsec.client.jca

import org.parsec.client.Hash
import org.parsec.client.SigningKey
import org.parsec.client.raw.Algorithm
import org.parsec.client.raw.AsymmetricSignature
import org.parsec.client.raw.SignHash
import java.security.InvalidAlgorithmParameterException
import java.security.MessageDigest
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec

/**
 * A hash function of the JCA.
 *
 * @property name the name in the JCA
 * @property id the last number of the object identifier below 2.16.840.1.101.3.4.2; `null` for SHA-1
 */
internal class JcaHash(val name: String, val hash: Hash, private val id: Int?) {
    /** The name within the name of an algorithm: `SHA256`, but `SHA3-256`. */
    val short: String get() = if (name.startsWith("SHA-")) name.replaceFirst("-", "") else name

    /** The start of a DER `DigestInfo` (RFC 8017, section 9.2, note 1), up to the hash itself. */
    val digestInfo: ByteArray?
        get() = id?.let {
            val length = MessageDigest.getInstance(name).digestLength
            val oid = byteArrayOf(0x60, 0x86.toByte(), 0x48, 1, 0x65, 3, 4, 2, it.toByte())
            byteArrayOf(0x30, (17 + length).toByte(), 0x30, 13, 6, 9) + oid + byteArrayOf(5, 0, 4, length.toByte())
        }
}

/** The hash functions that signatures use, by the names of the JCA. */
internal val HASHES: Map<String, JcaHash> = listOf(
    JcaHash("SHA-1", Hash.SHA1, null),
    JcaHash("SHA-224", Hash.SHA224, 4),
    JcaHash("SHA-256", Hash.SHA256, 1),
    JcaHash("SHA-384", Hash.SHA384, 2),
    JcaHash("SHA-512", Hash.SHA512, 3),
    JcaHash("SHA3-224", Hash.SHA3_224, 7),
    JcaHash("SHA3-256", Hash.SHA3_256, 8),
    JcaHash("SHA3-384", Hash.SHA3_384, 9),
    JcaHash("SHA3-512", Hash.SHA3_512, 10),
).associateBy { it.name }

/** Returns the hash function by a name of the JCA, such as `SHA-256` or `SHA256`. */
internal fun jcaHash(name: String): JcaHash? =
    HASHES[name.uppercase()] ?: HASHES.values.firstOrNull { it.short.equals(name, ignoreCase = true) }

internal enum class Family { ECDSA, PKCS1, PSS, EDDSA }

/**
 * A signature algorithm of the JCA.
 *
 * @property hash the hash of the message; `null` if parameters or the policy determine it, or the algorithm uses no hash
 * @property hashed whether the caller passes the hash
 * @property p1363 whether signatures are r and s, each as long as the curve's order (IEEE P1363), instead of DER
 */
internal class SignatureScheme(
    val name: String,
    val family: Family,
    val hash: JcaHash? = null,
    val hashed: Boolean = false,
    val p1363: Boolean = false,
    val aliases: List<String> = emptyList(),
) {
    /** The name by which the JDK has the algorithm: it knows PSS with a hash only by parameters. */
    val jdkName: String get() = if (family == Family.PSS && !hashed) PSS else name

    companion object {
        const val PSS: String = "RSASSA-PSS"

        /** The last numbers of the object identifiers of RSA (RFC 8017) and ECDSA (RFC 5758), by the short name. */
        private val RSA_IDS = mapOf("SHA224" to 14, "SHA256" to 11, "SHA384" to 12, "SHA512" to 13)
        private val ECDSA_IDS = mapOf("SHA224" to 1, "SHA256" to 2, "SHA384" to 3, "SHA512" to 4)

        /** And of the signatures over SHA-3 below NIST's 2.16.840.1.101.3.4.3. */
        private val SHA3 = listOf("SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512")

        /** And of the plain signatures of BSI TR-03111 below 0.4.0.127.0.7.1.1.4.1. */
        private val PLAIN_IDS = mapOf("SHA224" to 2, "SHA256" to 3, "SHA384" to 4, "SHA512" to 5)

        val ALL: List<SignatureScheme> = buildList {
            for (hash in HASHES.values) {
                val short = hash.short
                if (short == "SHA1") continue
                val nist = SHA3.indexOf(short).takeIf { it >= 0 }
                val ecdsa = ECDSA_IDS[short]?.let { oid("1.2.840.10045.4.3.$it") }
                    ?: nist?.let { oid("2.16.840.1.101.3.4.3.${9 + it}") }
                val rsa = RSA_IDS[short]?.let { oid("1.2.840.113549.1.1.$it") }
                    ?: nist?.let { oid("2.16.840.1.101.3.4.3.${13 + it}") }
                val plain = PLAIN_IDS[short]?.let { oid("0.4.0.127.0.7.1.1.4.1.$it") }
                add(SignatureScheme("${short}withECDSA", Family.ECDSA, hash, aliases = ecdsa.orEmpty()))
                add(
                    SignatureScheme(
                        "${short}withECDSAinP1363Format",
                        Family.ECDSA,
                        hash,
                        p1363 = true,
                        // BouncyCastle's names.
                        aliases = listOf("${short}withPLAIN-ECDSA", "${short}withCVC-ECDSA") + plain.orEmpty(),
                    ),
                )
                add(
                    SignatureScheme(
                        "${short}withRSA",
                        Family.PKCS1,
                        hash,
                        aliases = listOf("${short}withRSAEncryption") + rsa.orEmpty(),
                    ),
                )
                // BouncyCastle's names.
                val pss = listOf("RSA/PSS", "RSAPSS", "RSASSA-PSS").map { "${short}with$it" }
                add(SignatureScheme("${short}withRSAandMGF1", Family.PSS, hash, aliases = pss))
            }
            add(SignatureScheme(PSS, Family.PSS, aliases = listOf("PSS") + oid("1.2.840.113549.1.1.10")))
            val raw = listOf("NONEwithRSAandMGF1", "NONEwithRSAPSS", "RAWRSAPSS", "RAWRSASSA-PSS")
            add(SignatureScheme("NONEwithRSASSA-PSS", Family.PSS, hashed = true, aliases = raw))
            add(SignatureScheme("NONEwithRSA", Family.PKCS1, hashed = true, aliases = listOf("RAWRSA")))
            add(SignatureScheme("NONEwithECDSA", Family.ECDSA, hashed = true))
            add(
                SignatureScheme(
                    "NONEwithECDSAinP1363Format",
                    Family.ECDSA,
                    hashed = true,
                    p1363 = true,
                    aliases = listOf("NONEwithPLAIN-ECDSA"),
                ),
            )
            add(SignatureScheme("EdDSA", Family.EDDSA))
            add(SignatureScheme("Ed25519", Family.EDDSA, aliases = oid("1.3.101.112")))
        }

        private fun oid(numbers: String) = listOf(numbers, "OID.$numbers")
    }
}

/** Returns the algorithm of the key's policy, if it is of this family. */
private fun policyOf(key: SigningKey, family: Family): AsymmetricSignature? {
    val algorithm = (key.attributes.keyPolicy.keyAlgorithm as? Algorithm.AsymmetricSignature)?.value
    val own = when (algorithm) {
        is AsymmetricSignature.Ecdsa, is AsymmetricSignature.DeterministicEcdsa -> Family.ECDSA
        is AsymmetricSignature.RsaPss -> Family.PSS
        is AsymmetricSignature.RsaPkcs1v15Sign -> Family.PKCS1
        is AsymmetricSignature.PureEddsa -> Family.EDDSA
        else -> null
    }
    return algorithm.takeIf { own == family }
}

private fun hashOf(algorithm: AsymmetricSignature): SignHash? = when (algorithm) {
    is AsymmetricSignature.Ecdsa -> algorithm.hashAlg
    is AsymmetricSignature.DeterministicEcdsa -> algorithm.hashAlg
    is AsymmetricSignature.RsaPss -> algorithm.hashAlg
    is AsymmetricSignature.RsaPkcs1v15Sign -> algorithm.hashAlg
    else -> null
}

/** Returns whether the key's policy permits the scheme; JSSE tries schemes until one is permitted. */
internal fun permits(key: SigningKey, family: Family, hash: Hash?): Boolean {
    val wanted = hashOf(policyOf(key, family) ?: return false)
    return hash == null || wanted == null || wanted is SignHash.Any || (wanted as? SignHash.Specific)?.value == hash
}

/** Returns the hash function of the key's policy, unless it permits several. */
internal fun policyHash(key: SigningKey, family: Family): JcaHash? {
    val only = policyOf(key, family)?.let(::hashOf) as? SignHash.Specific
    return HASHES.values.firstOrNull { it.hash == only?.value }
}

/** Returns the parameters of PSS with a hash function (RFC 8017): MGF1 and a salt of its length. */
internal fun pss(hash: JcaHash): PSSParameterSpec {
    val length = MessageDigest.getInstance(hash.name).digestLength
    return PSSParameterSpec(hash.name, "MGF1", MGF1ParameterSpec(hash.name), length, PSSParameterSpec.TRAILER_FIELD_BC)
}

/** Returns the hash of the parameters. Providers support only MGF1 with the same hash, and a salt as long as it. */
internal fun pssHash(params: AlgorithmParameterSpec): JcaHash {
    val given = params as? PSSParameterSpec ?: throw InvalidAlgorithmParameterException("give a PSSParameterSpec")
    val hash = jcaHash(given.digestAlgorithm)
        ?: throw InvalidAlgorithmParameterException("PSS with ${given.digestAlgorithm} is not supported")
    val wanted = pss(hash)
    val mgf = (given.mgfParameters as? MGF1ParameterSpec)?.digestAlgorithm?.let(::jcaHash)
    if (given.mgfAlgorithm != "MGF1" || mgf != hash ||
        given.saltLength != wanted.saltLength || given.trailerField != wanted.trailerField
    ) {
        throw InvalidAlgorithmParameterException(
            "PSS must use MGF1 with the same hash, and a salt of ${wanted.saltLength} bytes",
        )
    }
    return hash
}
