package org.parsec.client

import kotlinx.coroutines.flow.Flow
import org.parsec.client.raw.ConnectOptions
import org.parsec.client.raw.NativeClient
import org.parsec.client.raw.NativeKey
import java.io.InputStream
import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * A client of the Parsec service: keys that live in a TPM, in an HSM or in the service itself, by name,
 * whatever they live in.
 *
 * Every call that waits is there three times: as a `suspend` function, with `Blocking` at the end of its name
 * on the caller's thread, and with `Async` as a [CompletableFuture] for Java. A client may be shared by any
 * number of threads and coroutines; it outlives a restart of the service. Cancelling stops waiting; it cannot
 * recall a request that was sent.
 *
 * @sample org.parsec.client.samples.tour
 */
public class Parsec private constructor(private val native: NativeClient, private val timeoutMs: UInt?) :
    AutoCloseable {
    /** Where the service was found: `unix:` and a path. */
    public val endpoint: String? get() = native.endpoint()

    /** Every operation as the contracts have it: names and structures of the PSA Crypto API, no defaults. */
    public val raw: Raw by lazy { Raw(native.raw(), timeoutMs) }

    /** What administrators can do, for those whom the service's configuration names. */
    public val admin: Admin get() = Admin(raw)

    /**
     * The same client with another provider for all new keys, or another time-out for each answer.
     *
     * @param provider the one provider to use
     * @param timeout how long to wait for each answer, instead of 30 seconds, or 120 where an RSA key is made
     */
    @JvmOverloads
    public fun withOptions(provider: Provider? = null, timeout: Duration? = null): Parsec =
        Parsec(native.withOptions(provider, timeout?.let(::millis)), null)

    /** Asks whether the service is there. */
    public suspend fun ping(): ProtocolVersion =
        callSuspending { native.ping(timeoutMs) }.let { ProtocolVersion(it.major.toInt(), it.minor.toInt()) }

    /** As [ping], on the caller's thread. */
    public fun pingBlocking(): ProtocolVersion =
        callBlocking { native.pingBlocking(timeoutMs) }.let { ProtocolVersion(it.major.toInt(), it.minor.toInt()) }

    /** As [ping], for Java. */
    public fun pingAsync(): CompletableFuture<ProtocolVersion> = promise { ping() }

    /** The providers of the service, the preferred one first. Asked for once. */
    public suspend fun providers(): List<ProviderInfo> = callSuspending { native.providers(timeoutMs) }

    /** As [providers], on the caller's thread. */
    public fun providersBlocking(): List<ProviderInfo> = callBlocking { native.providersBlocking(timeoutMs) }

    /** As [providers], for Java. */
    public fun providersAsync(): CompletableFuture<List<ProviderInfo>> = promise { providers() }

    /** The authenticators of the service. Asked for once. */
    public suspend fun authenticators(): List<AuthenticatorInfo> = callSuspending { native.authenticators(timeoutMs) }

    /** As [authenticators], on the caller's thread. */
    public fun authenticatorsBlocking(): List<AuthenticatorInfo> =
        callBlocking { native.authenticatorsBlocking(timeoutMs) }

    /** As [authenticators], for Java. */
    public fun authenticatorsAsync(): CompletableFuture<List<AuthenticatorInfo>> = promise { authenticators() }

    /** The names of the operations that a provider serves: `psa_sign_hash`. Asked for once. */
    public suspend fun operations(provider: Provider): List<String> =
        callSuspending { native.operations(provider, timeoutMs) }

    /** As [operations], on the caller's thread. */
    public fun operationsBlocking(provider: Provider): List<String> =
        callBlocking { native.operationsBlocking(provider, timeoutMs) }

    /** As [operations], for Java. */
    public fun operationsAsync(provider: Provider): CompletableFuture<List<String>> = promise { operations(provider) }

    /** The keys of this application, on all providers. */
    public suspend fun keys(): List<KeyEntry> = callSuspending { native.keys(timeoutMs) }.map(::entry)

    /** As [keys], on the caller's thread. */
    public fun keysBlocking(): List<KeyEntry> = callBlocking { native.keysBlocking(timeoutMs) }.map(::entry)

    /** As [keys], for Java. */
    public fun keysAsync(): CompletableFuture<List<KeyEntry>> = promise { keys() }

    /**
     * Makes a key. What is made is said by [spec], and so is the class of what comes back; it is made by the first
     * provider that can, hardware before software.
     *
     * @throws ParsecException.KeyExists if the name is taken
     * @throws ParsecException.NotSupported if no provider makes such keys
     */
    public suspend fun <K : Key> generate(name: String, spec: KeySpec<K>): K =
        spec.made(callSuspending { native.generate(name, spec.native, timeoutMs) })

    /** Makes a key that signs with ECDSA on P-256. */
    public suspend fun generate(name: String): SigningKey = generate(name, Ecdsa.P256)

    /** As [generate], on the caller's thread. */
    public fun <K : Key> generateBlocking(name: String, spec: KeySpec<K>): K =
        spec.made(callBlocking { native.generateBlocking(name, spec.native, timeoutMs) })

    /** As [generate], on the caller's thread. */
    public fun generateBlocking(name: String): SigningKey = generateBlocking(name, Ecdsa.P256)

    /** As [generate], for Java. */
    public fun <K : Key> generateAsync(name: String, spec: KeySpec<K>): CompletableFuture<K> =
        promise { generate(name, spec) }

    /** As [generate], for Java. */
    public fun generateAsync(name: String): CompletableFuture<SigningKey> = promise { generate(name) }

    /**
     * Opens a key, or makes it where it is missing: in one step, even when two callers race.
     *
     * @throws ParsecException.KeyExists if there is a key of that name which is not as [spec] says, with what differs
     */
    public suspend fun <K : Key> getOrGenerate(name: String, spec: KeySpec<K>): K =
        spec.made(callSuspending { native.getOrGenerate(name, spec.native, timeoutMs) })

    /** Opens a key that signs with ECDSA on P-256, or makes it where it is missing. */
    public suspend fun getOrGenerate(name: String): SigningKey = getOrGenerate(name, Ecdsa.P256)

    /** As [getOrGenerate], on the caller's thread. */
    public fun <K : Key> getOrGenerateBlocking(name: String, spec: KeySpec<K>): K =
        spec.made(callBlocking { native.getOrGenerateBlocking(name, spec.native, timeoutMs) })

    /** As [getOrGenerate], on the caller's thread. */
    public fun getOrGenerateBlocking(name: String): SigningKey = getOrGenerateBlocking(name, Ecdsa.P256)

    /** As [getOrGenerate], for Java. */
    public fun <K : Key> getOrGenerateAsync(name: String, spec: KeySpec<K>): CompletableFuture<K> =
        promise { getOrGenerate(name, spec) }

    /** As [getOrGenerate], for Java. */
    public fun getOrGenerateAsync(name: String): CompletableFuture<SigningKey> = promise { getOrGenerate(name) }

    /**
     * Opens a key by its name; its class is that of what it is for.
     *
     * @throws ParsecException.KeyNotFound if there is none, or if it is another application's
     */
    public suspend fun open(name: String): Key = key(callSuspending { native.open(name, timeoutMs) })

    /** As [open], on the caller's thread. */
    public fun openBlocking(name: String): Key = key(callBlocking { native.openBlocking(name, timeoutMs) })

    /** As [open], for Java. */
    public fun openAsync(name: String): CompletableFuture<Key> = promise { open(name) }

    /**
     * Opens a key by its name, which must be of that class.
     *
     * @throws ParsecException.InvalidArgument if it is of another
     */
    public suspend fun <K : Key> openAs(name: String, type: Class<K>): K = cast(open(name), type)

    /** As [openAs], on the caller's thread. */
    public fun <K : Key> openAsBlocking(name: String, type: Class<K>): K = cast(openBlocking(name), type)

    /** As [openAs], for Java. */
    public fun <K : Key> openAsAsync(name: String, type: Class<K>): CompletableFuture<K> =
        promise { openAs(name, type) }

    /**
     * Bytes from the service's source of randomness, hardware where there is some.
     *
     * @throws ParsecException.NotSupported if no provider has any
     */
    public suspend fun random(count: Int): ByteArray =
        callSuspending { native.random(count(count, "a count"), timeoutMs) }

    /** As [random], on the caller's thread. */
    public fun randomBlocking(count: Int): ByteArray =
        callBlocking { native.randomBlocking(count(count, "a count"), timeoutMs) }

    /** As [random], for Java. */
    public fun randomAsync(count: Int): CompletableFuture<ByteArray> = promise { random(count) }

    /** A hash, made by the service. All of [data] travels; for much of it there are flows and streams. */
    public suspend fun hash(algorithm: Hash, data: ByteArray): ByteArray =
        callSuspending { native.hash(algorithm, data, timeoutMs) }

    /** A hash of data in pieces, of any length. */
    public suspend fun hash(algorithm: Hash, data: Flow<ByteArray>): ByteArray =
        digest(data) { native.hashStream(algorithm, timeoutMs) }

    /** As [hash], on the caller's thread. */
    public fun hashBlocking(algorithm: Hash, data: ByteArray): ByteArray =
        callBlocking { native.hashBlocking(algorithm, data, timeoutMs) }

    /** A hash of all that [data] gives. */
    public fun hashBlocking(algorithm: Hash, data: InputStream): ByteArray =
        digestStream(data) { native.hashStreamBlocking(algorithm, timeoutMs) }

    /** As [hash], for Java. */
    public fun hashAsync(algorithm: Hash, data: ByteArray): CompletableFuture<ByteArray> =
        promise { hash(algorithm, data) }

    /** Lets go of the connections. Keys stay, and their objects go on working. It may be done twice. */
    override fun close(): Unit = native.close()

    /** For a person: how this client says who it is, and no secret. */
    override fun toString(): String = "Parsec(${native.authentication()})"

    internal fun key(key: NativeKey): Key = Key.of(key, timeoutMs)

    internal fun native(): NativeClient = native

    internal fun timeout(): UInt? = timeoutMs

    private fun <K : Key> KeySpec<K>.made(key: NativeKey): K = handle(key(key))

    private fun entry(info: org.parsec.client.raw.KeyInfo) =
        KeyEntry(info.name, info.providerId.toInt(), info.attributes)

    private fun <K : Key> cast(key: Key, type: Class<K>): K =
        if (type.isInstance(key)) type.cast(key) else throw wrongRole(key, type)

    /** Connects to the service. */
    public companion object {
        /**
         * Connects to the service: where the environment's `PARSEC_SERVICE_ENDPOINT` says, or else at the system's
         * socket or the user's own, as the identity that the service offers.
         *
         * @param endpoint where the service listens: `unix:/run/parsec/parsec.sock`
         * @param application the application's name, for a service that takes names on trust; without it the
         *   environment's `PARSEC_APPLICATION` counts
         * @param authentication how to say who the client is, instead of what the service offers
         * @param provider the one provider to use, instead of the first that can
         * @param timeout how long to wait for each answer, instead of 30 seconds, or 120 where an RSA key is made
         * @throws ParsecException.ServiceUnavailable with where it looked and how to start the service
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
