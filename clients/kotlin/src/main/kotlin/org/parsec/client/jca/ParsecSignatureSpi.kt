package org.parsec.client.jca

import org.parsec.client.Hash
import org.parsec.client.ParsecException
import org.parsec.client.SigningKey
import org.parsec.client.callBlocking
import org.parsec.client.ffi.NativeSignature
import org.parsec.client.internal.lower
import java.io.ByteArrayOutputStream
import java.security.AlgorithmParameters
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.InvalidParameterException
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Signature
import java.security.SignatureException
import java.security.SignatureSpi
import java.security.spec.AlgorithmParameterSpec

/** Signs with a key of the service. The JVM's other providers verify, and sign with other keys. */
internal class ParsecSignatureSpi(private val scheme: SignatureScheme) : SignatureSpi() {
    /** The parameters that the caller set. They may come before the key that determines who interprets them. */
    private var parameters: AlgorithmParameterSpec? = null
    private var key: SigningKey? = null
    private var hash: JcaHash? = null
    private var message: Message? = null

    /** The signature of another provider, after initialisation with a key that is not of the service. */
    private var other: Signature? = null

    override fun engineInitVerify(publicKey: PublicKey?): Unit = delegate { it.initVerify(publicKey) }

    override fun engineInitSign(privateKey: PrivateKey?): Unit = engineInitSign(privateKey, null)

    override fun engineInitSign(privateKey: PrivateKey?, random: SecureRandom?) {
        if (privateKey != null && privateKey !is ParsecJcaKey) {
            return delegate { if (random == null) it.initSign(privateKey) else it.initSign(privateKey, random) }
        }
        val found = serviceKey<SigningKey>(privateKey, "that signs")
        hash = try {
            hash(found)
        } catch (failure: InvalidAlgorithmParameterException) {
            throw InvalidKeyException(failure.message, failure)
        }
        key = found
        message = null
        other = null
    }

    private fun delegate(start: (Signature) -> Unit) {
        other = elsewhere(scheme.name) { provider ->
            Signature.getInstance(scheme.jdkName, provider).also { signature ->
                val own = scheme.hash?.takeIf { scheme.family == Family.PSS }?.let(::pss)
                (parameters ?: own)?.let(signature::setParameter)
                start(signature)
            }
        }
        key = null
    }

    /** Returns the hash function for a key: of the algorithm, of the parameters, or of the key's policy. */
    private fun hash(key: SigningKey): JcaHash? {
        val pss = scheme.family == Family.PSS
        val set = parameters?.let {
            if (!pss) throw InvalidAlgorithmParameterException("${scheme.name} has no parameters")
            pssHash(it)
        }
        if (set != null && scheme.hash != null && set != scheme.hash) {
            throw InvalidAlgorithmParameterException("${scheme.name} cannot use ${set.name}")
        }
        val chosen = scheme.hash ?: set ?: if (pss) policyHash(key, scheme.family) else null
        if (!permits(key, scheme.family, chosen?.hash)) {
            val what = if (set == null) scheme.name else "PSS with ${set.name}"
            throw InvalidKeyException(notPermitted(key, what))
        }
        return chosen
    }

    /** Returns the message in the form that the policy requires. */
    private fun message(): Message {
        val key = key ?: throw SignatureException("the Signature is not initialised: call initSign")
        return message ?: when {
            scheme.hashed && scheme.family == Family.PKCS1 -> Message.HashedInfo()

            scheme.hashed -> Message.Hashed()

            scheme.family == Family.EDDSA || !key.attributes.keyPolicy.keyUsageFlags.signHash ->
                Message.Whole(hash?.hash)

            else -> Message.Digested(
                hash ?: throw SignatureException(
                    "the policy of the key \"${key.name}\" permits several hash functions: call setParameter",
                ),
            )
        }.also { message = it }
    }

    override fun engineUpdate(b: Byte) {
        other?.let { return it.update(b) }
        message().add(byteArrayOf(b), 0, 1)
    }

    override fun engineUpdate(b: ByteArray, off: Int, len: Int) {
        other?.let { return it.update(b, off, len) }
        message().add(b, off, len)
    }

    override fun engineSign(): ByteArray {
        other?.let { return it.sign() }
        val whole = message()
        message = null
        val signature = try {
            whole.sign(checkNotNull(key))
        } catch (failure: ParsecException) {
            throw SignatureException(failure.message, failure)
        }
        return if (scheme.p1363) signature.raw else signature.der
    }

    override fun engineVerify(sigBytes: ByteArray?): Boolean =
        (other ?: throw SignatureException("the Signature is not initialised: call initVerify")).verify(sigBytes)

    override fun engineSetParameter(params: AlgorithmParameterSpec?) {
        other?.let { return it.setParameter(params) }
        if (params == null) return
        val before = parameters
        parameters = params
        key?.let { key ->
            try {
                hash = hash(key)
            } catch (failure: InvalidKeyException) {
                parameters = before
                throw InvalidAlgorithmParameterException(failure.message, failure)
            } catch (failure: InvalidAlgorithmParameterException) {
                parameters = before
                throw failure
            }
        }
    }

    override fun engineGetParameters(): AlgorithmParameters? {
        other?.let { return it.parameters }
        if (scheme.family != Family.PSS) return null
        val spec = parameters ?: (hash ?: scheme.hash)?.let(::pss) ?: return null
        return elsewhere(SignatureScheme.PSS) {
            AlgorithmParameters.getInstance(SignatureScheme.PSS, it).apply { init(spec) }
        }
    }

    @Deprecated("Deprecated in Java")
    override fun engineSetParameter(param: String?, value: Any?): Unit =
        throw InvalidParameterException("there is no parameter with this name")

    @Deprecated("Deprecated in Java")
    override fun engineGetParameter(param: String?): Any =
        throw InvalidParameterException("there is no parameter with this name")
}

/** The message to sign. */
private sealed class Message {
    abstract fun add(bytes: ByteArray, offset: Int, length: Int)

    abstract fun sign(key: SigningKey): NativeSignature

    /** A message that is hashed in the client. */
    class Digested(hash: JcaHash) : Message() {
        private val digest = MessageDigest.getInstance(hash.name)

        override fun add(bytes: ByteArray, offset: Int, length: Int) = digest.update(bytes, offset, length)

        override fun sign(key: SigningKey) = signHash(key, digest.digest())
    }

    /** Bytes that are kept until the end. */
    abstract class Kept : Message() {
        protected val given = ByteArrayOutputStream()

        override fun add(bytes: ByteArray, offset: Int, length: Int) = given.write(bytes, offset, length)
    }

    /** A hash that the caller computed. */
    class Hashed : Kept() {
        override fun sign(key: SigningKey) = signHash(key, given.toByteArray())
    }

    /** A hash that the caller computed, in a DER `DigestInfo`. */
    class HashedInfo : Kept() {
        override fun sign(key: SigningKey): NativeSignature {
            val info = given.toByteArray()
            val hash = HASHES.values.firstOrNull { hash ->
                val start = hash.digestInfo
                start != null && info.size == start.size + start.last() &&
                    info.copyOf(start.size).contentEquals(start)
            } ?: throw SignatureException(
                "NONEwithRSA needs a DER DigestInfo (RFC 8017, section 9.2) over SHA-2 or SHA-3",
            )
            if (!permits(key, Family.PKCS1, hash.hash)) {
                throw SignatureException(notPermitted(key, "a DigestInfo over ${hash.name}"))
            }
            return signHash(key, info.copyOfRange(checkNotNull(hash.digestInfo).size, info.size))
        }
    }

    /** A message that is sent to the service as a whole. */
    class Whole(private val hash: Hash?) : Kept() {
        override fun sign(key: SigningKey) =
            callBlocking { key.native.signBlocking(given.toByteArray(), hash?.lower(), key.timeoutMs) }
    }

    protected fun signHash(key: SigningKey, hash: ByteArray): NativeSignature =
        callBlocking { key.native.signHashBlocking(hash, key.timeoutMs) }
}
