package org.parsec.client.jca

import org.parsec.client.Parsec
import java.security.Provider

/**
 * A JCA provider for keys of the Parsec service: `KeyStore`, `Signature`, `Cipher`, `Mac`,
 * `KeyAgreement`, `KeyPairGenerator` and `SecureRandom`, and through them `SSLContext`.
 *
 * It may be added at any position. `Signature.getInstance(algorithm)` without a provider reaches it once it is given a
 * key of the service, and the JVM's other providers serve public keys and all other keys. Code that sets parameters
 * before the key, such as JOSE libraries for PS256, needs this provider at the first position or as an argument.
 *
 * `new SecureRandom()` never uses it; `SecureRandom.getInstance("Parsec")` does. Creating and adding a provider loads
 * no native code and does not connect: the first use of a key does.
 *
 * Without code, `java.security` configures it by a line such as
 * `security.provider.13=Parsec endpoint=unix:/run/parsec/parsec.sock`, and [configure] has the options.
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

    /** Not registered, so that it never becomes the JVM's default generator: found by its name only. */
    private val random = ParsecService(this, "SecureRandom", NAME, emptyList(), mapOf("ThreadSafe" to "true")) {
        ParsecSecureRandomSpi(::parsec)
    }

    // Each gets a reference to the client, so that connecting fails where the JCA declares an exception, not in
    // getInstance.
    init {
        for (scheme in SignatureScheme.ALL) {
            // The JDK has no name for PSS with a hash, so that these serve all keys.
            val keys = ParsecPrivateKey::class.java.takeIf { scheme.jdkName == scheme.name }
            service("Signature", scheme.name, keys, scheme.aliases) { ParsecSignatureSpi(scheme) }
        }
        service("Cipher", "AES/GCM/NoPadding", ParsecSecretKey::class.java) { ParsecAeadSpi(::parsec) }
        for (name in OAEP) service("Cipher", name, ParsecPrivateKey::class.java) { ParsecOaepSpi(name) }
        service("KeyStore", NAME) { ParsecKeyStoreSpi(::parsec) }
        for (algorithm in MACS) service("Mac", algorithm.name, ParsecSecretKey::class.java) { ParsecMacSpi(algorithm) }
        service("KeyAgreement", "ECDH", ParsecPrivateKey::class.java) { ParsecKeyAgreementSpi("ECDH") }
        service("KeyAgreement", "XDH", ParsecPrivateKey::class.java, listOf("X25519")) { ParsecKeyAgreementSpi("XDH") }
        for (family in listOf("EC", "RSA", "EdDSA", "XDH")) {
            service("KeyPairGenerator", family) { ParsecKeyPairGeneratorSpi(family, ::parsec) }
            service("KeyFactory", family) { ForwardedKeyFactorySpi(family) }
        }
        service("AlgorithmParameters", "RSASSA-PSS", aliases = listOf("PSS", "1.2.840.113549.1.1.10")) {
            ForwardedParametersSpi("RSASSA-PSS")
        }
        for (name in listOf("OAEP", "GCM")) service("AlgorithmParameters", name) { ForwardedParametersSpi(name) }
        // Only BouncyCastle uses these names: the JDK's begin with `SHA-`.
        for (hash in HASHES.values.filter { it.name != it.short }) {
            service("MessageDigest", hash.short) { ForwardedDigestSpi(hash.name) }
        }
    }

    /**
     * Returns a provider with these options, as `name=value` with commas between them: `endpoint`, `application`,
     * `provider` (`software`, `pkcs11` or `tpm`) and `timeout` in milliseconds, with the meaning of [Parsec.connect].
     * `keytool` and `jarsigner` pass the value of `-providerarg`.
     *
     * @throws java.security.InvalidParameterException if an option is unknown or malformed
     */
    override fun configure(configArg: String): Provider {
        val options = ProviderOptions.parse(configArg)
        return ParsecProvider { options.connect() }
    }

    /** Returns a service of the provider, also `SecureRandom`, which [getServices] does not list. */
    override fun getService(type: String, algorithm: String): Service? =
        if (type.equals(random.type, ignoreCase = true) && algorithm.equals(random.algorithm, ignoreCase = true)) {
            random
        } else {
            super.getService(type, algorithm)
        }

    private fun service(
        type: String,
        algorithm: String,
        keys: Class<*>? = null,
        aliases: List<String> = emptyList(),
        make: () -> Any,
    ) {
        val supported = keys?.let { mapOf("SupportedKeyClasses" to it.name) }.orEmpty()
        putService(ParsecService(this, type, algorithm, aliases, supported, make))
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
