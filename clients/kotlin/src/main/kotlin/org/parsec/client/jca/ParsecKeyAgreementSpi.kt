package org.parsec.client.jca

import org.parsec.client.AgreementKey
import org.parsec.client.ParsecException
import org.parsec.client.PublicKey
import org.parsec.client.raw.Algorithm
import org.parsec.client.raw.KeyAgreement
import org.parsec.client.raw.RawKeyAgreement
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.Key
import java.security.NoSuchAlgorithmException
import java.security.SecureRandom
import java.security.spec.AlgorithmParameterSpec
import javax.crypto.KeyAgreementSpi
import javax.crypto.SecretKey
import javax.crypto.ShortBufferException
import javax.crypto.spec.SecretKeySpec
import javax.crypto.KeyAgreement as JcaKeyAgreement

/**
 * The shared secret of a key of the service and a peer's public key. The secret itself leaves the service. The JVM's
 * other providers serve other keys.
 */
internal class ParsecKeyAgreementSpi(private val algorithm: String) : KeyAgreementSpi() {
    private var key: AgreementKey? = null
    private var peer: PublicKey? = null

    /** The agreement of another provider, after initialisation with a key that is not of the service. */
    private var other: JcaKeyAgreement? = null

    override fun engineInit(key: Key?, random: SecureRandom?): Unit = engineInit(key, null, random)

    override fun engineInit(key: Key?, params: AlgorithmParameterSpec?, random: SecureRandom?) {
        if (key != null && key !is ParsecJcaKey) {
            other = elsewhere(algorithm) { provider ->
                JcaKeyAgreement.getInstance(algorithm, provider).apply {
                    when {
                        params != null -> init(key, params, random)
                        random != null -> init(key, random)
                        else -> init(key)
                    }
                }
            }
            return
        }
        if (params != null) throw InvalidAlgorithmParameterException("key agreement has no parameters")
        val found = serviceKey<AgreementKey>(key, "for key agreement")
        if (found.attributes.keyPolicy.keyAlgorithm != RAW) {
            throw InvalidKeyException(
                "the policy of the key \"${found.name}\", ${found.description}, does not permit raw key agreement",
            )
        }
        this.key = found
        peer = null
        other = null
    }

    override fun engineDoPhase(key: Key?, lastPhase: Boolean): Key? {
        other?.let { return it.doPhase(key, lastPhase) }
        checkNotNull(this.key) { "the KeyAgreement is not initialised: call init" }
        check(lastPhase) { "only agreement between two parties is supported" }
        val encoded = (key as? java.security.PublicKey)?.encoded
            ?: throw InvalidKeyException("the peer's public key is required")
        peer = try {
            PublicKey.ofDer(encoded)
        } catch (failure: ParsecException) {
            throw InvalidKeyException(failure.message, failure)
        }
        return null
    }

    override fun engineGenerateSecret(): ByteArray {
        other?.let { return it.generateSecret() }
        val key = checkNotNull(key) { "the KeyAgreement is not initialised: call init" }
        val peer = checkNotNull(peer) { "the peer's key is missing: call doPhase" }
        this.peer = null
        return try {
            key.agreeBlocking(peer.toRaw())
        } catch (failure: ParsecException.InvalidArgument) {
            throw IllegalStateException(failure.message, failure)
        } catch (failure: ParsecException) {
            throw java.security.ProviderException(failure.message, failure)
        }
    }

    override fun engineGenerateSecret(sharedSecret: ByteArray, offset: Int): Int {
        other?.let { return it.generateSecret(sharedSecret, offset) }
        val key = checkNotNull(key) { "the KeyAgreement is not initialised: call init" }
        // Checked before the agreement, so that the caller can retry with a larger buffer.
        val needed = (key.attributes.keyBits + 7) / 8
        if (sharedSecret.size - offset < needed) throw ShortBufferException("the output needs $needed bytes")
        val secret = engineGenerateSecret()
        secret.copyInto(sharedSecret, offset)
        secret.fill(0)
        return secret.size
    }

    override fun engineGenerateSecret(algorithm: String?): SecretKey {
        other?.let { return it.generateSecret(algorithm) }
        // javax.crypto.KeyAgreement permits this for TLS only: other keys need a derivation with a hash.
        if (algorithm != "TlsPremasterSecret") {
            throw NoSuchAlgorithmException("only TlsPremasterSecret is supported: derive other keys from the bytes")
        }
        val secret = engineGenerateSecret()
        // SecretKeySpec keeps a copy.
        return SecretKeySpec(secret, algorithm).also { secret.fill(0) }
    }

    private companion object {
        private val RAW = Algorithm.KeyAgreement(KeyAgreement.Raw(RawKeyAgreement.ECDH))
    }
}
