package org.parsec.client.jca

import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.SecureRandom
import java.security.Security
import java.security.Signature
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.Mac
import javax.net.ssl.SSLContext

/**
 * A program for [ToolsTest] with the provider at the first position of a new JVM: by its argument, the endpoint, or by
 * the security properties.
 */
internal object FirstPosition {
    const val NAME = "org.parsec.client.jca.FirstPosition"

    /** Its loading marks the end of the work that must load no native code. */
    private object OwnKeysWork {
        override fun toString() = "the JVM's own keys work"
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        arguments.firstOrNull()?.let { endpoint ->
            Security.insertProviderAt(ParsecProvider().configure("endpoint=$endpoint"), 1)
        }
        check(Security.getProviders().first() is ParsecProvider)
        check(SecureRandom().provider.name != ParsecProvider.NAME)
        ByteArray(16).also(SecureRandom()::nextBytes)
        SSLContext.getDefault().createSSLEngine()
        ownSignatures()
        // These choose a provider before they know the key.
        val aes = KeyGenerator.getInstance("AES").generateKey()
        Cipher.getInstance("AES/GCM/NoPadding").apply { check(blockSize == 16) }.init(Cipher.ENCRYPT_MODE, aes)
        Mac.getInstance("HmacSHA256").apply { check(macLength == 32) }.init(aes)
        println(OwnKeysWork)

        val key = KeyStore.getInstance("Parsec").apply { load(null) }.getKey("first", null)
        Signature.getInstance("SHA256withECDSA").run {
            initSign(key as java.security.PrivateKey)
            check(provider.name == ParsecProvider.NAME && sign().isNotEmpty())
        }
        check(SecureRandom.getInstance("Parsec").generateSeed(8).size == 8)
        println("the service signs")
    }

    private fun ownSignatures() {
        val keys = KeyPairGenerator.getInstance("RSA").apply { initialize(2048) }.generateKeyPair()
        val parameters = PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)
        val signature = Signature.getInstance("RSASSA-PSS").run {
            setParameter(parameters)
            initSign(keys.private)
            sign()
        }
        val valid = Signature.getInstance("RSASSA-PSS").run {
            setParameter(parameters)
            initVerify(keys.public)
            verify(signature)
        }
        check(valid)
    }
}
