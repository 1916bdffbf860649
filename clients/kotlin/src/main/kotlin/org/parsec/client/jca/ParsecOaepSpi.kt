package org.parsec.client.jca

import org.parsec.client.DecryptionKey
import org.parsec.client.raw.Algorithm
import org.parsec.client.raw.AsymmetricEncryption
import java.io.ByteArrayOutputStream
import java.security.AlgorithmParameters
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.spec.MGF1ParameterSpec
import javax.crypto.Cipher
import javax.crypto.spec.OAEPParameterSpec
import javax.crypto.spec.PSource

/**
 * OAEP transformations of the JCA. Without parameters they use SHA-1 for MGF1 with every hash. The PSA Crypto API
 * uses one hash for both, so the caller must give parameters.
 */
internal val OAEP: List<String> = listOf(
    "RSA/ECB/OAEPPadding",
    "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
    "RSA/ECB/OAEPWithSHA-384AndMGF1Padding",
    "RSA/ECB/OAEPWithSHA-512AndMGF1Padding",
)

/** Decrypts and unwraps OAEP with a key of the service. */
internal class ParsecOaepSpi(private val name: String) :
    ServiceCipherSpi<OAEPParameterSpec>(name, OAEPParameterSpec::class.java) {
    private var key: DecryptionKey? = null
    private var label = ByteArray(0)
    private var given: OAEPParameterSpec? = null
    private val input = ByteArrayOutputStream()

    override fun begin(opmode: Int, key: ParsecJcaKey, params: OAEPParameterSpec?) {
        if (opmode != Cipher.DECRYPT_MODE && opmode != Cipher.UNWRAP_MODE) {
            throw InvalidKeyException("a private key decrypts: encrypt and wrap with the public key")
        }
        val found = serviceKey<DecryptionKey>(key, "that decrypts")
        if (params == null) {
            throw InvalidAlgorithmParameterException(
                "give an OAEPParameterSpec whose MGF1 has OAEP's hash: without one $name uses SHA-1 for MGF1",
            )
        }
        val hash = jcaHash(params.digestAlgorithm)
        val mgf = (params.mgfParameters as? MGF1ParameterSpec)?.digestAlgorithm?.let(::jcaHash)
        if (hash == null || params.mgfAlgorithm != "MGF1" || mgf != hash) {
            throw InvalidAlgorithmParameterException("OAEP and its MGF1 must use the same hash")
        }
        val algorithm = (found.attributes.keyPolicy.keyAlgorithm as? Algorithm.AsymmetricEncryption)?.value
        if ((algorithm as? AsymmetricEncryption.RsaOaep)?.hashAlg != hash.hash) {
            throw InvalidKeyException(notPermitted(found, "OAEP with ${params.digestAlgorithm}"))
        }
        label = (params.pSource as? PSource.PSpecified)?.value
            ?: throw InvalidAlgorithmParameterException("the label must be a PSource.PSpecified")
        this.key = found
        given = params
        input.reset()
    }

    override fun update(input: ByteArray, offset: Int, length: Int): ByteArray {
        this.input.write(input, offset, length)
        return ByteArray(0)
    }

    override fun finish(): ByteArray {
        val whole = input.toByteArray()
        input.reset()
        return checkNotNull(key).decryptBlocking(whole, label)
    }

    override fun outputSize(input: Int, last: Boolean): Int =
        if (last) key?.let { (it.attributes.keyBits + 7) / 8 } ?: 0 else 0

    override fun engineGetBlockSize(): Int = 0

    override val iv: ByteArray? get() = null

    override val parameters: AlgorithmParameters? get() = given?.let { given ->
        elsewhere("OAEP") { AlgorithmParameters.getInstance("OAEP", it).apply { init(given) } }
    }
}
