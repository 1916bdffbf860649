package org.parsec.client.jca

import org.parsec.client.Key
import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import org.parsec.client.PublicKey
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.KeyStoreException
import java.security.KeyStoreSpi
import java.security.ProviderException
import java.security.UnrecoverableEntryException
import java.security.UnrecoverableKeyException
import java.security.cert.Certificate
import java.security.cert.CertificateException
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.util.Collections
import java.util.Date
import java.util.Enumeration

/**
 * Load parameter of `KeyStore.getInstance("Parsec")`: certificates, which the service does not store.
 *
 * Loaded without certificates, `load(null)`, the key store has all keys of the application. Loaded from a stream of PEM,
 * such as the key store file of a server's configuration, it has the keys whose public keys are in the certificates.
 */
public class ParsecKeyStore private constructor(internal val chains: Map<String, List<Certificate>>) :
    KeyStore.LoadStoreParameter {
    /** Returns `null`: the service authenticates the caller. */
    override fun getProtectionParameter(): KeyStore.ProtectionParameter? = null

    /** Creates load parameters. */
    public companion object {
        /**
         * Creates a parameter from names of keys and their certificate chains in PEM, the key's own certificate first.
         *
         * @throws CertificateException if a chain is not PEM with certificates
         */
        @JvmStatic
        public fun withCertificates(vararg chains: Pair<String, String>): ParsecKeyStore =
            withCertificates(chains.toMap())

        /** Like [withCertificates], for Java. */
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

/** Key store with references to the application's keys, and the certificates that it was loaded with. */
internal class ParsecKeyStoreSpi(private val client: () -> Parsec) : KeyStoreSpi() {
    private val chains = Collections.synchronizedMap(LinkedHashMap<String, Array<Certificate>>())

    /** Whether it was loaded without certificates: then it contains all keys, even if certificates are added. */
    private var hasAll = true

    /** Ignores the password: the service authenticates the caller, and certificates are public. */
    override fun engineLoad(stream: InputStream?, password: CharArray?) {
        if (stream == null) return engineLoad(null)
        val bytes = stream.readBytes()
        connect()
        // keytool creates a file this way.
        val found = if (bytes.isEmpty()) emptyMap() else matching(bytes.decodeToString())
        chains.clear()
        hasAll = false
        chains.putAll(found)
    }

    /** Returns the chains by the names of the keys to which they belong. */
    private fun matching(pem: String): Map<String, Array<Certificate>> {
        val file = try {
            CertificateFile.read(pem)
        } catch (failure: CertificateException) {
            throw IOException(failure.message, failure)
        }
        val found = LinkedHashMap<String, Array<Certificate>>()
        for (name in names()) {
            val publicKey = open(name)?.let(::publicHalf)?.let(::asJava) ?: continue
            file.chainOf(publicKey)?.let { found[name] = it.toTypedArray() }
        }
        if (found.isEmpty()) {
            throw IOException("no key of the application belongs to one of the certificates: ${file.subjects}")
        }
        return found
    }

    private fun connect() {
        try {
            client()
        } catch (failure: ParsecException) {
            throw IOException(failure.message, failure)
        }
    }

    /** Returns the names of all keys of the application. */
    private fun names(): List<String> = try {
        client().keysBlocking().map { it.name }.distinct()
    } catch (failure: ParsecException) {
        throw ProviderException(failure.message, failure)
    }

    override fun engineLoad(param: KeyStore.LoadStoreParameter?) {
        val given = when (param) {
            null -> emptyMap()
            is ParsecKeyStore -> param.chains
            else -> throw IOException("a Parsec key store is loaded with null or ParsecKeyStore.withCertificates")
        }
        connect()
        chains.clear()
        hasAll = given.isEmpty()
        for ((name, chain) in given) {
            fits(name, chain.first())?.let { throw IOException(it) }
            chains[name] = chain.toTypedArray()
        }
    }

    /** Returns why a certificate is not for a key; otherwise only the peer would detect it. */
    private fun fits(name: String, certificate: Certificate): String? {
        val key = open(name) ?: return "there is no key \"$name\" in the service"
        val publicKey = publicHalf(key) ?: return "the key \"$name\", ${key.description}, is not a key pair"
        return if (publicKey.toDer().contentEquals(certificate.publicKey.encoded)) {
            null
        } else {
            "the certificate is for another key than \"$name\""
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

    /** Needs no password, unlike the JVM's own key stores: the service authenticates the caller. */
    override fun engineGetEntry(alias: String, protParam: KeyStore.ProtectionParameter?): KeyStore.Entry? =
        when (val key = found(alias)) {
            null -> null

            is ParsecSecretKey -> KeyStore.SecretKeyEntry(key)

            is ParsecPrivateKey -> {
                val chain = chains[alias] ?: throw UnrecoverableEntryException(
                    "an entry has a certificate, and none was loaded for \"$alias\": " +
                        "load the store with ParsecKeyStore.withCertificates, or get the key with getKey",
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

    /** Returns whether the entry has this class: key pairs are private key entries, with or without a certificate. */
    override fun engineEntryInstanceOf(alias: String, entryClass: Class<out KeyStore.Entry>): Boolean =
        when (open(alias)?.let(::jcaKey)) {
            null -> false
            is ParsecPrivateKey -> entryClass.isAssignableFrom(KeyStore.PrivateKeyEntry::class.java)
            is ParsecSecretKey -> entryClass.isAssignableFrom(KeyStore.SecretKeyEntry::class.java)
        }

    /** The date of the certificate: the service does not keep one for keys. */
    override fun engineGetCreationDate(alias: String): Date? = when {
        alias in chains -> (chains[alias]?.first() as? X509Certificate)?.notBefore
        engineContainsAlias(alias) -> Date(0)
        else -> null
    }

    override fun engineSetKeyEntry(
        alias: String,
        key: java.security.Key?,
        password: CharArray?,
        chain: Array<Certificate>?,
    ) {
        val found = (key as? ParsecJcaKey)?.key
            ?: throw KeyStoreException("the store has only keys of the service: import this one with Parsec.importKey")
        if (found.name != alias) throw KeyStoreException("the alias must be the key's name, \"${found.name}\"")
        if (chain.isNullOrEmpty()) {
            chains.remove(alias)
            return
        }
        fits(alias, chain.first())?.let { throw KeyStoreException(it) }
        chains[alias] = chain.copyOf()
    }

    override fun engineSetKeyEntry(alias: String, key: ByteArray?, chain: Array<Certificate>?): Unit =
        throw KeyStoreException("the store contains keys of the service only, which have no encoding")

    override fun engineSetCertificateEntry(alias: String, cert: Certificate?): Unit =
        throw KeyStoreException("the store contains no trusted certificates: keep those in a trust store")

    override fun engineDeleteEntry(alias: String) {
        val key = open(alias) ?: throw KeyStoreException("there is no key \"$alias\"")
        try {
            key.deleteBlocking()
        } catch (failure: ParsecException) {
            throw KeyStoreException(failure.message, failure)
        }
        chains.remove(alias)
    }

    /** Returns the keys with certificates if it was loaded with any, otherwise all keys. */
    override fun engineAliases(): Enumeration<String> = Collections.enumeration(aliases())

    private fun aliases(): Collection<String> {
        if (!hasAll) return synchronized(chains) { chains.keys.toList() }
        return names()
    }

    override fun engineContainsAlias(alias: String): Boolean = alias in chains || open(alias) != null

    override fun engineSize(): Int = aliases().size

    override fun engineIsKeyEntry(alias: String): Boolean = engineContainsAlias(alias)

    override fun engineIsCertificateEntry(alias: String): Boolean = false

    override fun engineGetCertificateAlias(cert: Certificate?): String? =
        synchronized(chains) { chains.entries.firstOrNull { it.value.first() == cert }?.key }

    /** Writes the certificates in PEM, which [engineLoad] reads. The keys stay in the service. */
    override fun engineStore(stream: OutputStream?, password: CharArray?) {
        val output = stream ?: return
        synchronized(chains) { chains.values.toList() }.forEach(output::writePem)
        output.flush()
    }

    /** Does nothing without a stream: certificates that were added stay in memory only. */
    override fun engineStore(param: KeyStore.LoadStoreParameter?): Unit = Unit
}

/** Converts to a key of the JCA, or returns `null` if this JVM does not know the curve. */
private fun asJava(key: PublicKey): java.security.PublicKey? = try {
    key.toJava()
} catch (_: GeneralSecurityException) {
    null
}
