package org.parsec.client.jca

import org.parsec.client.Hash
import org.parsec.client.MacKey
import org.parsec.client.ParsecException
import org.parsec.client.raw.Algorithm
import org.parsec.client.raw.FullLengthMac
import org.parsec.client.raw.Mac
import java.io.ByteArrayOutputStream
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.Key
import java.security.ProviderException
import java.security.spec.AlgorithmParameterSpec
import javax.crypto.MacSpi

/** A MAC algorithm: its name in the JCA, its length in bytes, and the policy that permits it. */
internal class MacScheme(val name: String, val length: Int, val algorithm: FullLengthMac)

internal val MACS: List<MacScheme> = listOf(
    MacScheme("HmacSHA224", 28, FullLengthMac.Hmac(Hash.SHA224)),
    MacScheme("HmacSHA256", 32, FullLengthMac.Hmac(Hash.SHA256)),
    MacScheme("HmacSHA384", 48, FullLengthMac.Hmac(Hash.SHA384)),
    MacScheme("HmacSHA512", 64, FullLengthMac.Hmac(Hash.SHA512)),
    MacScheme("AESCMAC", 16, FullLengthMac.Cmac),
)

/** Computes authentication codes with a key of the service. */
internal class ParsecMacSpi(private val scheme: MacScheme) : MacSpi() {
    private var key: MacKey? = null
    private val data = ByteArrayOutputStream()

    override fun engineGetMacLength(): Int = scheme.length

    override fun engineInit(key: Key?, params: AlgorithmParameterSpec?) {
        if (params != null) throw InvalidAlgorithmParameterException("${scheme.name} has no parameters")
        val found = serviceKey<MacKey>(key, "for authentication codes")
        val permitted = (found.attributes.keyPolicy.keyAlgorithm as? Algorithm.Mac)?.v1
        if (permitted != Mac.FullLength(scheme.algorithm)) {
            throw InvalidKeyException(notPermitted(found, scheme.name))
        }
        this.key = found
        data.reset()
    }

    override fun engineUpdate(input: Byte): Unit = data.write(input.toInt())

    override fun engineUpdate(input: ByteArray, offset: Int, len: Int): Unit = data.write(input, offset, len)

    override fun engineDoFinal(): ByteArray {
        val key = key ?: throw IllegalStateException("the Mac is not initialised: call init")
        val whole = data.toByteArray()
        data.reset()
        return try {
            // Data larger than a request is sent in pieces.
            if (whole.size <= ONE_REQUEST) key.computeBlocking(whole) else key.computeBlocking(whole.inputStream())
        } catch (failure: ParsecException) {
            throw ProviderException(failure.message, failure)
        }
    }

    override fun engineReset(): Unit = data.reset()
}

/** Bytes that fit in one request in any case. */
internal const val ONE_REQUEST: Int = 512 * 1024
