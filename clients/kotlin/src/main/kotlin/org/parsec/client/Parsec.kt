package org.parsec.client

import kotlinx.coroutines.flow.Flow
import org.parsec.client.ffi.ConnectOptions
import org.parsec.client.ffi.NativeClient
import org.parsec.client.ffi.NativeKey
import org.parsec.client.internal.lower
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
        Parsec(native.withOptions(provider?.lower(), timeout?.let(::millis)), null)

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
        digest(data) { native.hashStream(algorithm.lower(), timeoutMs) }

    /** Calculates the hash of all bytes of [data] in the service. */
    public fun hashBlocking(algorithm: Hash, data: InputStream): ByteArray =
        digestStream(data) { native.hashStreamBlocking(algorithm.lower(), timeoutMs) }

    /** Closes the connections. The handles of keys continue to work. A second call has no effect. */
    override fun close(): Unit = native.close()

    /** For people: the authentication of the client, without secrets. */
    override fun toString(): String = "Parsec(${native.authentication()})"

    internal fun key(key: NativeKey): Key = Key.of(key, timeoutMs)

    private fun <K : Key> cast(key: Key, type: Class<K>): K =
        if (type.isInstance(key)) type.cast(key) else throw wrongRole(key, type)

    /** Connects with options, for Java: see [connect]. */
    public class Builder internal constructor() {
        private var endpoint: String? = null
        private var application: String? = null
        private var authentication: Authentication? = null
        private var provider: Provider? = null
        private var timeout: Duration? = null

        /** The endpoint of the service: `unix:/run/parsec/parsec.sock`. */
        public fun endpoint(endpoint: String): Builder = apply { this.endpoint = endpoint }

        /** The name of the application, for a service with direct authentication. */
        public fun application(application: String): Builder = apply { this.application = application }

        /** The authentication; the default is what the service offers. */
        public fun authentication(authentication: Authentication): Builder =
            apply { this.authentication = authentication }

        /** The only provider to use; the default is the first that supports a request. */
        public fun provider(provider: Provider): Builder = apply { this.provider = provider }

        /** The timeout for each response. */
        public fun timeout(timeout: Duration): Builder = apply { this.timeout = timeout }

        /** Connects on the caller's thread. */
        public fun connectBlocking(): Parsec =
            Parsec.connectBlocking(endpoint, application, authentication, provider, timeout)

        /** Connects without waiting. */
        public fun connectAsync(): CompletableFuture<Parsec> =
            Parsec.connectAsync(endpoint, application, authentication, provider, timeout)
    }

    /** Connects to the service. */
    public companion object {
        /** Returns a builder with the defaults of [connect], for Java. */
        @JvmStatic
        public fun builder(): Builder = Builder()

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
            return Parsec(callSuspending { org.parsec.client.ffi.connect(options) }, null)
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
            return Parsec(callBlocking { org.parsec.client.ffi.connectBlocking(options) }, null)
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
            provider = provider?.lower(),
            timeoutMs = timeout?.let(::millis),
        )
    }
}
