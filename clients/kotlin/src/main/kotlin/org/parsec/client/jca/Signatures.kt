package org.parsec.client.jca

import org.parsec.client.Hash
import org.parsec.client.ParsecException
import org.parsec.client.SigningKey
import org.parsec.client.callBlocking
import org.parsec.client.raw.Algorithm
import org.parsec.client.raw.AsymmetricSignature
import org.parsec.client.raw.NativeSignature
import org.parsec.client.raw.SignHash
import java.io.ByteArrayOutputStream
import java.security.AlgorithmParameters
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.InvalidParameterException
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.PublicKey
import java.security.SignatureException
import java.security.SignatureSpi
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec

/** The hash functions by the names of the JCA. */
internal val HASHES: Map<String, Hash> = mapOf(
    "SHA-1" to Hash.SHA1,
    "SHA-224" to Hash.SHA224,
    "SHA-256" to Hash.SHA256,
    "SHA-384" to Hash.SHA384,
    "SHA-512" to Hash.SHA512,
)

internal enum class Family { ECDSA, PKCS1, PSS, EDDSA }

/** A signature algorithm of the JCA. */
internal class SignatureScheme(
    val name: String,
    val family: Family,
    /** The hash of the message; `null` if the caller hashes or the algorithm has no hash. */
    val hash: Pair<String, Hash>?,
    /** Whether signatures are r and s, each as long as the curve's order (IEEE P1363), instead of DER. */
    val p1363: Boolean = false,
    val aliases: List<String> = emptyList(),
) {
    /** Whether the caller passes the hash. */
    val hashed: Boolean get() = hash == null && family == Family.ECDSA

    companion object {
        val ALL: List<SignatureScheme> = buildList {
            for ((name, hash) in HASHES) {
                if (name == "SHA-1") continue
                val short = name.replace("-", "")
                add(SignatureScheme("${short}withECDSA", Family.ECDSA, name to hash))
                add(SignatureScheme("${short}withECDSAinP1363Format", Family.ECDSA, name to hash, p1363 = true))
                add(SignatureScheme("${short}withRSA", Family.PKCS1, name to hash))
            }
            add(SignatureScheme("NONEwithECDSA", Family.ECDSA, null))
            add(SignatureScheme("NONEwithECDSAinP1363Format", Family.ECDSA, null, p1363 = true))
            add(SignatureScheme("EdDSA", Family.EDDSA, null, aliases = listOf("Ed25519")))
        }
    }
}

/** Returns whether the key's policy permits the scheme; JSSE tries schemes until one is permitted. */
private fun permits(key: SigningKey, family: Family, hash: Hash?): Boolean {
    val algorithm = (key.attributes.keyPolicy.keyAlgorithm as? Algorithm.AsymmetricSignature)?.v1 ?: return false
    fun fits(wanted: SignHash) = hash == null || wanted is SignHash.Any || (wanted as? SignHash.Specific)?.v1 == hash
    return when (algorithm) {
        is AsymmetricSignature.Ecdsa -> family == Family.ECDSA && fits(algorithm.hashAlg)
        is AsymmetricSignature.DeterministicEcdsa -> family == Family.ECDSA && fits(algorithm.hashAlg)
        is AsymmetricSignature.RsaPss -> family == Family.PSS && fits(algorithm.hashAlg)
        is AsymmetricSignature.RsaPkcs1v15Sign -> family == Family.PKCS1 && fits(algorithm.hashAlg)
        is AsymmetricSignature.PureEddsa -> family == Family.EDDSA
        else -> false
    }
}

/** Signs with a key of the service. Without a scheme it is RSASSA-PSS, whose parameters determine the hash. */
internal class ParsecSignatureSpi(private val scheme: SignatureScheme?) : SignatureSpi() {
    private val family = scheme?.family ?: Family.PSS
    private var hash = scheme?.hash
    private var key: SigningKey? = null
    private var message: Message? = null

    override fun engineInitVerify(publicKey: PublicKey?): Unit =
        throw InvalidKeyException("the JVM's own providers verify: omit the provider in getInstance")

    override fun engineInitSign(privateKey: PrivateKey?) {
        val found = serviceKey<SigningKey>(privateKey, "that signs")
        if (!permits(found, family, hash?.second)) {
            throw InvalidKeyException(notPermitted(found, scheme?.name ?: "RSASSA-PSS"))
        }
        key = found
        message = null
    }

    /** Returns the message in the form that the policy requires. */
    private fun message(): Message {
        val key = key ?: throw SignatureException("the Signature is not initialised: call initSign")
        return message ?: when {
            scheme?.hashed == true -> Message.Hashed()

            family == Family.EDDSA || !key.attributes.keyPolicy.keyUsageFlags.signHash -> Message.Whole(hash?.second)

            else -> Message.Digested(
                hash ?: throw SignatureException("RSASSA-PSS needs its parameters: call setParameter"),
            )
        }.also { message = it }
    }

    override fun engineUpdate(b: Byte) {
        message().add(byteArrayOf(b), 0, 1)
    }

    override fun engineUpdate(b: ByteArray, off: Int, len: Int) {
        message().add(b, off, len)
    }

    override fun engineSign(): ByteArray {
        val whole = message()
        message = null
        val signature = try {
            whole.sign(checkNotNull(key))
        } catch (failure: ParsecException) {
            throw SignatureException(failure.message, failure)
        }
        return if (scheme?.p1363 == true) signature.raw else signature.der
    }

    override fun engineVerify(sigBytes: ByteArray?): Boolean =
        throw SignatureException("the JVM's own providers verify: omit the provider in getInstance")

    override fun engineSetParameter(params: AlgorithmParameterSpec?) {
        if (params == null) return
        if (scheme != null) throw InvalidAlgorithmParameterException("${scheme.name} has no parameters")
        hash = pssHash(params)
        key?.let { key ->
            if (!permits(key, family, hash?.second)) {
                throw InvalidAlgorithmParameterException(notPermitted(key, "PSS with ${hash?.first}"))
            }
        }
    }

    override fun engineGetParameters(): AlgorithmParameters? {
        val name = hash?.takeIf { scheme == null }?.first ?: return null
        return AlgorithmParameters.getInstance("RSASSA-PSS").apply { init(pss(name)) }
    }

    @Deprecated("Deprecated in Java")
    override fun engineSetParameter(param: String?, value: Any?): Unit =
        throw InvalidParameterException("there is no parameter with this name")

    @Deprecated("Deprecated in Java")
    override fun engineGetParameter(param: String?): Any =
        throw InvalidParameterException("there is no parameter with this name")
}

private fun pss(hash: String): PSSParameterSpec {
    val length = MessageDigest.getInstance(hash).digestLength
    return PSSParameterSpec(hash, "MGF1", MGF1ParameterSpec(hash), length, PSSParameterSpec.TRAILER_FIELD_BC)
}

/** Returns the hash of the parameters. Providers support only MGF1 with the same hash, and a salt as long as it. */
private fun pssHash(params: AlgorithmParameterSpec): Pair<String, Hash> {
    val given = params as? PSSParameterSpec ?: throw InvalidAlgorithmParameterException("give a PSSParameterSpec")
    val hash = HASHES[given.digestAlgorithm]
        ?: throw InvalidAlgorithmParameterException("PSS with ${given.digestAlgorithm} is not supported")
    val wanted = pss(given.digestAlgorithm)
    val mgf = given.mgfParameters as? MGF1ParameterSpec
    if (given.mgfAlgorithm != "MGF1" || mgf?.digestAlgorithm != given.digestAlgorithm ||
        given.saltLength != wanted.saltLength || given.trailerField != wanted.trailerField
    ) {
        throw InvalidAlgorithmParameterException(
            "PSS must use MGF1 with the same hash, and a salt of ${wanted.saltLength} bytes",
        )
    }
    return given.digestAlgorithm to hash
}

/** The message to sign. */
private sealed class Message {
    abstract fun add(bytes: ByteArray, offset: Int, length: Int)

    abstract fun sign(key: SigningKey): NativeSignature

    /** A message that is hashed in the client. */
    class Digested(hash: Pair<String, Hash>) : Message() {
        private val digest = MessageDigest.getInstance(hash.first)

        override fun add(bytes: ByteArray, offset: Int, length: Int) = digest.update(bytes, offset, length)

        override fun sign(key: SigningKey) = hash(key, digest.digest())
    }

    /** A hash that the caller computed. */
    class Hashed : Message() {
        private val given = ByteArrayOutputStream()

        override fun add(bytes: ByteArray, offset: Int, length: Int) = given.write(bytes, offset, length)

        override fun sign(key: SigningKey) = hash(key, given.toByteArray())
    }

    /** A message that is sent to the service as a whole. */
    class Whole(private val hash: Hash?) : Message() {
        private val given = ByteArrayOutputStream()

        override fun add(bytes: ByteArray, offset: Int, length: Int) = given.write(bytes, offset, length)

        override fun sign(key: SigningKey) =
            callBlocking { key.native.signBlocking(given.toByteArray(), hash, key.timeoutMs) }
    }

    protected fun hash(key: SigningKey, hash: ByteArray): NativeSignature =
        callBlocking { key.native.signHashBlocking(hash, key.timeoutMs) }
}
