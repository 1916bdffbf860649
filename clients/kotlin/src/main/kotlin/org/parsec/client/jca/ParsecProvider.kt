package org.parsec.client.jca

import org.parsec.client.Parsec
import java.security.Provider

/**
 * A JCA provider for keys of the Parsec service: `KeyStore`, `Signature`, `Cipher`, `Mac`,
 * `KeyAgreement`, `KeyPairGenerator` and `SecureRandom`, and through them `SSLContext`.
 *
 * Added after the other providers, it does not affect other keys: `Signature.getInstance(algorithm)` without a provider
 * reaches it once it is given a key of the service. Signatures are verified, and messages encrypted for a public key,
 * by the JVM's own providers.
 *
 * @param connect creates the client at its first use
 * @sample org.parsec.client.samples.mutualTls
 */
public class ParsecProvider(connect: () -> Parsec) : Provider(NAME, "0.1.0", "Keys of the Parsec service") {
    /** Creates a provider whose client connects at its first use: see [Parsec.connect]. */
    public constructor() : this({ Parsec.connectBlocking() })

    /** Creates a provider that uses this client. */
    public constructor(parsec: Parsec) : this({ parsec })

    private val client = lazy(connect)

    internal val parsec: Parsec get() = client.value

    // Each gets a reference to the client, so that connecting fails where the JCA declares an exception, not in
    // getInstance.
    init {
        signatures()
        ciphers()
        service("KeyStore", "Parsec") { ParsecKeyStoreSpi(::parsec) }
        service("SecureRandom", "Parsec", attributes = mapOf("ThreadSafe" to "true")) {
            ParsecSecureRandomSpi(::parsec)
        }
        for (algorithm in MACS) service("Mac", algorithm.name, ParsecSecretKey::class.java) { ParsecMacSpi(algorithm) }
        service("KeyAgreement", "ECDH", ParsecPrivateKey::class.java) { ParsecKeyAgreementSpi() }
        service("KeyAgreement", "XDH", ParsecPrivateKey::class.java, listOf("X25519")) { ParsecKeyAgreementSpi() }
        for (family in listOf("EC", "RSA", "EdDSA", "XDH")) {
            service("KeyPairGenerator", family) { ParsecKeyPairGeneratorSpi(family, ::parsec) }
        }
    }

    private fun signatures() {
        for (scheme in SignatureScheme.ALL) {
            service("Signature", scheme.name, ParsecPrivateKey::class.java, scheme.aliases) {
                ParsecSignatureSpi(scheme)
            }
        }
        service("Signature", "RSASSA-PSS", ParsecPrivateKey::class.java, listOf("1.2.840.113549.1.1.10")) {
            ParsecSignatureSpi(null)
        }
    }

    private fun ciphers() {
        service("Cipher", "AES/GCM/NoPadding", ParsecSecretKey::class.java) { ParsecAeadSpi(::parsec) }
        for (name in OAEP) service("Cipher", name, ParsecPrivateKey::class.java) { ParsecOaepSpi(name) }
    }

    private fun service(
        type: String,
        algorithm: String,
        keys: Class<*>? = null,
        aliases: List<String> = emptyList(),
        attributes: Map<String, String> = emptyMap(),
        make: () -> Any,
    ) {
        val supported = keys?.let { mapOf("SupportedKeyClasses" to it.name) }.orEmpty()
        putService(ParsecService(this, type, algorithm, aliases, attributes + supported, make))
    }

    /** The provider's name. */
    public companion object {
        /** The name by which `getInstance(algorithm, provider)` finds it. */
        public const val NAME: String = "Parsec"

        private const val serialVersionUID = 1L
    }
}

private class ParsecService(
    provider: Provider,
    type: String,
    algorithm: String,
    aliases: List<String>,
    attributes: Map<String, String>,
    private val make: () -> Any,
) : Provider.Service(provider, type, algorithm, "org.parsec.client.jca", aliases, attributes) {
    override fun newInstance(constructorParameter: Any?): Any = make()
}
