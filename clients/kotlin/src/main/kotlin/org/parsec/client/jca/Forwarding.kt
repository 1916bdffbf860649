package org.parsec.client.jca

import java.security.AlgorithmParameters
import java.security.AlgorithmParametersSpi
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyFactory
import java.security.KeyFactorySpi
import java.security.MessageDigest
import java.security.MessageDigestSpi
import java.security.PrivateKey
import java.security.PublicKey
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.InvalidKeySpecException
import java.security.spec.KeySpec

// Libraries that are given this provider also ask it for parameters and encoded keys, which need no service.

/** Parameters of an algorithm, by the JVM's other providers. */
internal class ForwardedParametersSpi(private val name: String) : AlgorithmParametersSpi() {
    private val other by lazy { elsewhere(name) { AlgorithmParameters.getInstance(name, it) } }

    override fun engineInit(paramSpec: AlgorithmParameterSpec?): Unit = other.init(paramSpec)

    override fun engineInit(params: ByteArray?): Unit = other.init(params)

    override fun engineInit(params: ByteArray?, format: String?): Unit = other.init(params, format)

    override fun <T : AlgorithmParameterSpec> engineGetParameterSpec(paramSpec: Class<T>): T =
        other.getParameterSpec(paramSpec)

    override fun engineGetEncoded(): ByteArray = other.encoded

    override fun engineGetEncoded(format: String?): ByteArray = other.getEncoded(format)

    override fun engineToString(): String = other.toString()
}

/** Conversion of encoded keys by the JVM's other providers. Keys of the service stay as they are. */
internal class ForwardedKeyFactorySpi(private val name: String) : KeyFactorySpi() {
    override fun engineGeneratePublic(keySpec: KeySpec?): PublicKey = convert { it.generatePublic(keySpec) }

    override fun engineGeneratePrivate(keySpec: KeySpec?): PrivateKey = convert { it.generatePrivate(keySpec) }

    override fun <T : KeySpec> engineGetKeySpec(key: Key?, keySpec: Class<T>): T {
        if (key is ParsecJcaKey) throw InvalidKeySpecException("a key of the Parsec service has no encoding")
        return convert { it.getKeySpec(key, keySpec) }
    }

    override fun engineTranslateKey(key: Key): Key {
        if (key is ParsecJcaKey) return key
        return elsewhere(name) { KeyFactory.getInstance(name, it).translateKey(key) }
    }

    private fun <T : Any> convert(call: (KeyFactory) -> T): T = try {
        elsewhere(name) { call(KeyFactory.getInstance(name, it)) }
    } catch (failure: InvalidKeyException) {
        throw InvalidKeySpecException(failure.message, failure)
    }
}

/** A hash function by the JVM's other providers. */
internal class ForwardedDigestSpi(private val name: String) : MessageDigestSpi() {
    private val other by lazy { elsewhere(name) { MessageDigest.getInstance(name, it) } }

    override fun engineUpdate(input: Byte): Unit = other.update(input)

    override fun engineUpdate(input: ByteArray, offset: Int, len: Int): Unit = other.update(input, offset, len)

    override fun engineDigest(): ByteArray = other.digest()

    override fun engineReset(): Unit = other.reset()

    override fun engineGetDigestLength(): Int = other.digestLength
}
