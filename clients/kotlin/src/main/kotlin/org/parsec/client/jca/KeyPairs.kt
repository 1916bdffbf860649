package org.parsec.client.jca

import org.parsec.client.KeySpec
import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidParameterException
import java.security.KeyPair
import java.security.KeyPairGeneratorSpi
import java.security.ProviderException
import java.security.SecureRandom
import java.security.spec.AlgorithmParameterSpec

/**
 * Parameters of [java.security.KeyPairGenerator]: the name and the specification of the new key.
 *
 * @property name the key's name
 * @property spec the key's specification, such as `Ecdsa.P256`
 */
public class ParsecKeyPairSpec(public val name: String, public val spec: KeySpec<*>) : AlgorithmParameterSpec

internal class ParsecKeyPairGeneratorSpi(private val family: String, private val client: () -> Parsec) :
    KeyPairGeneratorSpi() {
    private var wanted: ParsecKeyPairSpec? = null

    override fun initialize(keysize: Int, random: SecureRandom?): Unit =
        throw InvalidParameterException("a key of the service needs a name: initialize with a ParsecKeyPairSpec")

    override fun initialize(params: AlgorithmParameterSpec?, random: SecureRandom?) {
        wanted =
            params as? ParsecKeyPairSpec ?: throw InvalidAlgorithmParameterException("a ParsecKeyPairSpec is required")
    }

    override fun generateKeyPair(): KeyPair {
        val wanted =
            wanted ?: throw ProviderException("a key of the service needs a name: initialize with a ParsecKeyPairSpec")
        val key = try {
            client().generateBlocking(wanted.name, wanted.spec)
        } catch (failure: ParsecException) {
            throw ProviderException(failure.message, failure)
        }
        val private = ParsecPrivateKey.of(key)
        val public = publicHalf(key)
        if (private == null || public == null || private.algorithm != family) {
            val refusal = ProviderException("${wanted.spec} does not specify a key pair for $family")
            try {
                key.deleteBlocking()
            } catch (failure: ParsecException) {
                refusal.addSuppressed(failure)
            }
            throw refusal
        }
        return KeyPair(public.toJava(), private)
    }
}
