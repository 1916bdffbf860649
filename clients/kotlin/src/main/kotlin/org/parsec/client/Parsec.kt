package org.parsec.client

import kotlinx.coroutines.flow.Flow
import org.parsec.client.raw.ConnectOptions
import org.parsec.client.raw.NativeClient
import org.parsec.client.raw.NativeKey
import java.io.InputStream
import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * A client of the Parsec service, which has keys in a TPM, in an HSM or in software.
 *
 * Each method that waits has three forms: a `suspend` function, one that ends in `Blocking` and runs on the caller's
 * thread, and one that ends in `Async` and returns a [CompletableFuture] for Java. Any number of threads and
 * coroutines may share a client, which continues to work after a restart of the service. Cancelling a call stops
 * waiting for it; the service still executes a request that was sent.
 *
 * @sample org.parsec.client.samples.tour
 */
public class Parsec private constructor(native: NativeClient, timeoutMs: UInt?) :
    AbstractParsec(native, timeoutMs),
    AutoCloseable {
    /** The endpoint of the service: `unix:` and a path. */
    public val endpoint: String? get() = native.endpoint()

    /** All operations, as the contracts define them: names and structures of the PSA Crypto API, without defaults. */
    public val raw: Raw by lazy { Raw(native.raw(), timeoutMs) }

    /** The operations of administrators, which the service configuration lists. */
    public val admin: Admin by lazy { Admin(native.admin(), timeoutMs) }

    /**
     * A client with another provider for all keys, or another timeout. It shares the connections of this one.
     *
     * @param provider the only provider to use
     * @param timeout the timeout for each response; the default is 30 seconds, and 120 for the generation of an RSA
     *   key
     */
    @JvmOverloads
    public fun withOptions(provider: Provider? = null, timeout: Duration? = null): Parsec =
        Parsec(native.withOptions(provider, timeout?.let(::millis)), null)

    /**
     * Generates a key of the kind [spec], which also defines the class of the handle. The first provider that supports
     * the kind makes the key; hardware precedes software.
     *
     * @throws ParsecException.KeyExists if the name is taken
     * @throws ParsecException.NotSupported if no provider makes such keys
     */
    public suspend fun <K : Key> generate(name: String, spec: KeySpec<K>): K =
        spec.made(callSuspending { native.generate(name, spec.native, timeoutMs) }, timeoutMs)

    /** Generates a key pair that signs with ECDSA on P-256. */
    public suspend fun generate(name: String): SigningKey = generate(name, Ecdsa.P256)

    /** As [generate], on the caller's thread. */
    public fun <K : Key> generateBlocking(name: String, spec: KeySpec<K>): K =
        spec.made(callBlocking { native.generateBlocking(name, spec.native, timeoutMs) }, timeoutMs)

    /** As [generate], on the caller's thread. */
    public fun generateBlocking(name: String): SigningKey = generateBlocking(name, Ecdsa.P256)

    /** As [generate], for Java. */
    public fun <K : Key> generateAsync(name: String, spec: KeySpec<K>): CompletableFuture<K> =
        promise { generate(name, spec) }

    /** As [generate], for Java. */
    public fun generateAsync(name: String): CompletableFuture<SigningKey> = promise { generate(name) }

    /**
     * Opens a key, or generates it if it does not exist, also when two callers race.
     *
     * @throws ParsecException.KeyExists if a key of that name exists and is of another kind; the error says how they
     *   differ
     */
    public suspend fun <K : Key> getOrGenerate(name: String, spec: KeySpec<K>): K =
        spec.made(callSuspending { native.getOrGenerate(name, spec.native, timeoutMs) }, timeoutMs)

    /** Opens a key pair that signs with ECDSA on P-256, or generates it if it does not exist. */
    public suspend fun getOrGenerate(name: String): SigningKey = getOrGenerate(name, Ecdsa.P256)

    /** As [getOrGenerate], on the caller's thread. */
    public fun <K : Key> getOrGenerateBlocking(name: String, spec: KeySpec<K>): K =
        spec.made(callBlocking { native.getOrGenerateBlocking(name, spec.native, timeoutMs) }, timeoutMs)

    /** As [getOrGenerate], on the caller's thread. */
    public fun getOrGenerateBlocking(name: String): SigningKey = getOrGenerateBlocking(name, Ecdsa.P256)

    /** As [getOrGenerate], for Java. */
    public fun <K : Key> getOrGenerateAsync(name: String, spec: KeySpec<K>): CompletableFuture<K> =
        promise { getOrGenerate(name, spec) }

    /** As [getOrGenerate], for Java. */
    public fun getOrGenerateAsync(name: String): CompletableFuture<SigningKey> = promise { getOrGenerate(name) }

    /**
     * Opens a key of any kind by its name. Its role defines the class of the handle.
     *
     * @throws ParsecException.KeyNotFound if the application has no key of that name
     */
    public suspend fun open(name: String): Key = key(callSuspending { native.open(name, timeoutMs) })

    /** As [open], on the caller's thread. */
    public fun openBlocking(name: String): Key = key(callBlocking { native.openBlocking(name, timeoutMs) })

    /** As [open], for Java. */
    public fun openAsync(name: String): CompletableFuture<Key> = promise { open(name) }

    /**
     * Opens a key by its name, with a handle of a class.
     *
     * @throws ParsecException.InvalidArgument if the key has another role
     */
    public suspend fun <K : Key> openAs(name: String, type: Class<K>): K = cast(open(name), type)

    /** As [openAs], on the caller's thread. */
    public fun <K : Key> openAsBlocking(name: String, type: Class<K>): K = cast(openBlocking(name), type)

    /** As [openAs], for Java. */
    public fun <K : Key> openAsAsync(name: String, type: Class<K>): CompletableFuture<K> =
        promise { openAs(name, type) }

    /** Calculates the hash of data in pieces, of any length, in the service. */
    public suspend fun hash(algorithm: Hash, data: Flow<ByteArray>): ByteArray =
        digest(data) { native.hashStream(algorithm, timeoutMs) }

    /** Calculates the hash of all bytes of [data] in the service. */
    public fun hashBlocking(algorithm: Hash, data: InputStream): ByteArray =
        digestStream(data) { native.hashStreamBlocking(algorithm, timeoutMs) }

    /** Closes the connections. The handles of keys continue to work. A second call has no effect. */
    override fun close(): Unit = native.close()

    /** For people: the authentication of the client, without secrets. */
    override fun toString(): String = "Parsec(${native.authentication()})"

    internal fun key(key: NativeKey): Key = Key.of(key, timeoutMs)

    private fun <K : Key> cast(key: Key, type: Class<K>): K =
        if (type.isInstance(key)) type.cast(key) else throw wrongRole(key, type)

    /** Connects to the service. */
    public companion object {
        /**
         * Connects to the service: at the endpoint in `PARSEC_SERVICE_ENDPOINT`, or at the socket of the system, or at
         * that of the user; with the authentication that the service offers.
         *
         * @param endpoint the endpoint of the service: `unix:/run/parsec/parsec.sock`
         * @param application the name of the application, for a service with direct authentication; the default is the
         *   value of `PARSEC_APPLICATION`
         * @param authentication the authentication; the default is what the service offers
         * @param provider the only provider to use; the default is the first that supports a request
         * @param timeout the timeout for each response; the default is 30 seconds, and 120 for the generation of an
         *   RSA key
         * @throws ParsecException.ServiceUnavailable with the places that were tried and how to start the service
         */
        public suspend fun connect(
            endpoint: String? = null,
            application: String? = null,
            authentication: Authentication? = null,
            provider: Provider? = null,
            timeout: Duration? = null,
        ): Parsec {
            val options = options(endpoint, application, authentication, provider, timeout)
            return Parsec(callSuspending { org.parsec.client.raw.connect(options) }, null)
        }

        /** As [connect], on the caller's thread. */
        @JvmStatic
        @JvmOverloads
        public fun connectBlocking(
            endpoint: String? = null,
            application: String? = null,
            authentication: Authentication? = null,
            provider: Provider? = null,
            timeout: Duration? = null,
        ): Parsec {
            val options = options(endpoint, application, authentication, provider, timeout)
            return Parsec(callBlocking { org.parsec.client.raw.connectBlocking(options) }, null)
        }

        /** As [connect], for Java. */
        @JvmStatic
        @JvmOverloads
        public fun connectAsync(
            endpoint: String? = null,
            application: String? = null,
            authentication: Authentication? = null,
            provider: Provider? = null,
            timeout: Duration? = null,
        ): CompletableFuture<Parsec> = promise { connect(endpoint, application, authentication, provider, timeout) }

        private fun options(
            endpoint: String?,
            application: String?,
            authentication: Authentication?,
            provider: Provider?,
            timeout: Duration?,
        ) = ConnectOptions(
            endpoint = endpoint,
            application = application,
            authentication = authentication?.native,
            provider = provider,
            timeoutMs = timeout?.let(::millis),
        )
    }
}
