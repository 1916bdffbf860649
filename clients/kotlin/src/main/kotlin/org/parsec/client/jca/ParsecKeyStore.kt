package org.parsec.client.jca

import org.parsec.client.Key
import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import java.security.KeyStore
import java.security.KeyStoreException
import java.security.KeyStoreSpi
import java.security.ProviderException
import java.security.UnrecoverableEntryException
import java.security.UnrecoverableKeyException
import java.security.cert.Certificate
import java.security.cert.CertificateException
import java.security.cert.CertificateFactory
import java.util.Collections
import java.util.Date
import java.util.Enumeration

/**
 * What `KeyStore.getInstance("Parsec")` is loaded with: certificates, which the service does not keep.
 *
 * Loaded without any, `load(null)`, it has all keys of the application and no certificates.
 */
public class ParsecKeyStore private constructor(internal val chains: Map<String, List<Certificate>>) :
    KeyStore.LoadStoreParameter {
    /** None: the service knows by itself who is calling. */
    override fun getProtectionParameter(): KeyStore.ProtectionParameter? = null

    /** Makes them. */
    public companion object {
        /**
         * Keys by their names, each with its chain as PEM: its own certificate first.
         *
         * @throws CertificateException if one is no PEM of certificates
         */
        @JvmStatic
        public fun withCertificates(vararg chains: Pair<String, String>): ParsecKeyStore =
            withCertificates(chains.toMap())

        /** As [withCertificates], for Java. */
        @JvmStatic
        public fun withCertificates(chains: Map<String, String>): ParsecKeyStore =
            ParsecKeyStore(chains.mapValues { read(it) })

        private fun read(chain: Map.Entry<String, String>): List<Certificate> {
            val read = CertificateFactory.getInstance("X.509").generateCertificates(chain.value.byteInputStream())
            if (read.isEmpty()) throw CertificateException("there is no certificate in the PEM for \"${chain.key}\"")
            return read.toList()
        }
    }
}

/** The keys of the application: references to them, with the certificates that it was loaded with. */
internal class ParsecKeyStoreSpi(private val client: () -> Parsec) : KeyStoreSpi() {
    private val chains = Collections.synchronizedMap(LinkedHashMap<String, Array<Certificate>>())

    /** It was loaded without certificates: it has all keys, whatever becomes of them in here. */
    private var hasAll = true

    override fun engineLoad(stream: InputStream?, password: CharArray?) {
        if (stream != null) {
            throw IOException("a Parsec key store is no file: load it with null or ParsecKeyStore.withCertificates")
        }
        engineLoad(null)
    }

    override fun engineLoad(param: KeyStore.LoadStoreParameter?) {
        val given = when (param) {
            null -> emptyMap()
            is ParsecKeyStore -> param.chains
            else -> throw IOException("a Parsec key store is loaded with null or ParsecKeyStore.withCertificates")
        }
        try {
            client()
        } catch (failure: ParsecException) {
            throw IOException(failure.message, failure)
        }
        chains.clear()
        hasAll = given.isEmpty()
        for ((name, chain) in given) {
            fits(name, chain.first())?.let { throw IOException(it) }
            chains[name] = chain.toTypedArray()
        }
    }

    /** Why a certificate is not that of a key: nothing would tell before a peer refuses it. */
    private fun fits(name: String, certificate: Certificate): String? {
        val key = open(name) ?: return "there is no key \"$name\" in the service"
        val publicKey = publicHalf(key) ?: return "the key \"$name\", ${key.description}, is no key pair"
        return if (publicKey.toDer().contentEquals(certificate.publicKey.encoded)) {
            null
        } else {
            "the certificate is that of another key than \"$name\""
        }
    }

    private fun open(name: String): Key? = try {
        client().openBlocking(name)
    } catch (_: ParsecException.KeyNotFound) {
        null
    } catch (failure: ParsecException) {
        throw ProviderException(failure.message, failure)
    }

    override fun engineGetKey(alias: String, password: CharArray?): java.security.Key? = found(alias)

    /** Without a password, where the JVM's own would want one: the service knows by itself who is calling. */
    override fun engineGetEntry(alias: String, protParam: KeyStore.ProtectionParameter?): KeyStore.Entry? =
        when (val key = found(alias)) {
            null -> null

            is ParsecSecretKey -> KeyStore.SecretKeyEntry(key)

            is ParsecPrivateKey -> {
                val chain = chains[alias] ?: throw UnrecoverableEntryException(
                    "an entry has a certificate, and none was loaded for \"$alias\": " +
                        "load the store with ParsecKeyStore.withCertificates, or take the key by getKey",
                )
                KeyStore.PrivateKeyEntry(key, chain)
            }
        }

    private fun found(alias: String): ParsecJcaKey? {
        val key = open(alias) ?: return null
        return jcaKey(key)
            ?: throw UnrecoverableKeyException("the JCA has no kind of key for \"$alias\", ${key.description}")
    }

    override fun engineGetCertificateChain(alias: String): Array<Certificate>? = chains[alias]?.copyOf()

    override fun engineGetCertificate(alias: String): Certificate? = chains[alias]?.first()

    override fun engineGetCreationDate(alias: String): Date? = if (engineContainsAlias(alias)) Date(0) else null

    override fun engineSetKeyEntry(
        alias: String,
        key: java.security.Key?,
        password: CharArray?,
        chain: Array<Certificate>?,
    ) {
        val found = (key as? ParsecJcaKey)?.key
            ?: throw KeyStoreException("it holds keys of the service: bring this one in with Parsec.importKey")
        if (found.name != alias) throw KeyStoreException("the key is called \"${found.name}\": that is its alias")
        if (chain.isNullOrEmpty()) {
            chains.remove(alias)
            return
        }
        fits(alias, chain.first())?.let { throw KeyStoreException(it) }
        chains[alias] = chain.copyOf()
    }

    override fun engineSetKeyEntry(alias: String, key: ByteArray?, chain: Array<Certificate>?): Unit =
        throw KeyStoreException("it holds keys of the service, which have no encoding")

    override fun engineSetCertificateEntry(alias: String, cert: Certificate?): Unit =
        throw KeyStoreException("it holds no certificates of others: keep those in a trust store")

    override fun engineDeleteEntry(alias: String) {
        val key = open(alias) ?: throw KeyStoreException("there is no key \"$alias\"")
        try {
            key.deleteBlocking()
        } catch (failure: ParsecException) {
            throw KeyStoreException(failure.message, failure)
        }
        chains.remove(alias)
    }

    /** Those with certificates where it was loaded with some, and else all. */
    override fun engineAliases(): Enumeration<String> = Collections.enumeration(aliases())

    private fun aliases(): Collection<String> {
        if (!hasAll) return synchronized(chains) { chains.keys.toList() }
        return try {
            client().keysBlocking().map { it.name }.distinct()
        } catch (failure: ParsecException) {
            throw ProviderException(failure.message, failure)
        }
    }

    override fun engineContainsAlias(alias: String): Boolean = alias in chains || open(alias) != null

    override fun engineSize(): Int = aliases().size

    override fun engineIsKeyEntry(alias: String): Boolean = engineContainsAlias(alias)

    override fun engineIsCertificateEntry(alias: String): Boolean = false

    override fun engineGetCertificateAlias(cert: Certificate?): String? =
        synchronized(chains) { chains.entries.firstOrNull { it.value.first() == cert }?.key }

    override fun engineStore(stream: OutputStream?, password: CharArray?): Unit =
        throw UnsupportedOperationException("the service keeps the keys; keep the certificates where they came from")
}
