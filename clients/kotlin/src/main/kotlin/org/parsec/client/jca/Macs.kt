package org.parsec.client.jca

import org.parsec.client.Hash
import org.parsec.client.MacKey
import org.parsec.client.ParsecException
import org.parsec.client.callBlocking
import org.parsec.client.ffi.NativeStream
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
import javax.crypto.Mac as JcaMac

/** A MAC algorithm: its name in the JCA, its length in bytes, and the policy that permits it. */
internal class MacScheme(val name: String, val length: Int, val algorithm: FullLengthMac)

internal val MACS: List<MacScheme> = listOf(
    MacScheme("HmacSHA224", 28, FullLengthMac.Hmac(Hash.SHA224)),
    MacScheme("HmacSHA256", 32, FullLengthMac.Hmac(Hash.SHA256)),
    MacScheme("HmacSHA384", 48, FullLengthMac.Hmac(Hash.SHA384)),
    MacScheme("HmacSHA512", 64, FullLengthMac.Hmac(Hash.SHA512)),
    MacScheme("AESCMAC", 16, FullLengthMac.Cmac),
)

/** Computes authentication codes with a key of the service. The JVM's other providers serve other keys. */
internal class ParsecMacSpi(private val scheme: MacScheme) : MacSpi() {
    private var key: MacKey? = null

    /** Input that is not sent yet. */
    private val waiting = ByteArrayOutputStream()
    private var stream: NativeStream? = null

    /** The Mac of another provider, after initialisation with a key that is not of the service. */
    private var other: JcaMac? = null

    override fun engineGetMacLength(): Int = scheme.length

    override fun engineInit(key: Key?, params: AlgorithmParameterSpec?) {
        if (key != null && key !is ParsecJcaKey) {
            other = elsewhere(scheme.name) { provider ->
                JcaMac.getInstance(scheme.name, provider).apply { init(key, params) }
            }
            return
        }
        if (params != null) throw InvalidAlgorithmParameterException("${scheme.name} has no parameters")
        val found = serviceKey<MacKey>(key, "for authentication codes")
        val permitted = (found.attributes.keyPolicy.keyAlgorithm as? Algorithm.Mac)?.value
        if (permitted != Mac.FullLength(scheme.algorithm)) {
            throw InvalidKeyException(notPermitted(found, scheme.name))
        }
        this.key = found
        other = null
        engineReset()
    }

    override fun engineUpdate(input: Byte): Unit = engineUpdate(byteArrayOf(input), 0, 1)

    override fun engineUpdate(input: ByteArray, offset: Int, len: Int) {
        other?.let { return it.update(input, offset, len) }
        waiting.write(input, offset, len)
        // Data larger than a request is sent in pieces.
        if (waiting.size() > ONE_REQUEST) service(::send)
    }

    private fun send(key: MacKey): NativeStream {
        val stream = stream ?: callBlocking { key.native.computeStreamBlocking(key.timeoutMs) }.also { stream = it }
        val data = waiting.toByteArray()
        waiting.reset()
        for (start in data.indices step ONE_REQUEST) {
            callBlocking { stream.updateBlocking(data.copyOfRange(start, minOf(start + ONE_REQUEST, data.size))) }
        }
        return stream
    }

    override fun engineDoFinal(): ByteArray {
        other?.let { return it.doFinal() }
        return try {
            service { key ->
                if (stream == null) {
                    key.computeBlocking(waiting.toByteArray())
                } else {
                    val stream = send(key)
                    callBlocking { stream.finishBlocking() }
                }
            }
        } finally {
            engineReset()
        }
    }

    private fun <T> service(call: (MacKey) -> T): T = try {
        call(key ?: throw IllegalStateException("the Mac is not initialised: call init"))
    } catch (failure: ParsecException) {
        throw ProviderException(failure.message, failure)
    }

    override fun engineReset() {
        other?.reset()
        waiting.reset()
        stream?.run {
            abort()
            close()
        }
        stream = null
    }
}

/** Bytes that fit in one request in any case. */
internal const val ONE_REQUEST: Int = 512 * 1024
