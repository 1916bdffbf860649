package org.parsec.client

import org.parsec.client.raw.DeleteClientRequest
import org.parsec.client.raw.DisableClientRequest
import org.parsec.client.raw.EnableClientRequest
import org.parsec.client.raw.ReadLimitsRequest
import org.parsec.client.raw.ReadLimitsResponse
import org.parsec.client.raw.RevokeKeyRequest
import org.parsec.client.raw.providerNumber
import java.util.concurrent.CompletableFuture

/** A client of the service: an application's name, and the number of the authenticator that vouches for it. */
public typealias ClientId = org.parsec.client.raw.ClientId

/** What a client has and did. */
public typealias ClientUsage = org.parsec.client.raw.ClientUsage

/** What a client may have; 0 is no limit. */
public typealias ClientLimits = org.parsec.client.raw.ClientLimits

/** What one client may have, and what all may have together. */
public typealias Limits = ReadLimitsResponse

/**
 * What administrators can do: those whom the service's configuration names. For everybody else each call throws
 * [ParsecException.NotPermitted]. From [Parsec.admin].
 *
 * Clients are told from each other by their name and by the authenticator that vouches for it: [usage] lists them, and
 * what it gives as `client` is what the other calls take.
 */
public class Admin internal constructor(private val raw: Raw) {
    /** The applications that have keys, of the administrator's own authenticator. */
    public suspend fun clients(): List<String> = raw.listClients().clients

    /** As [clients], on the caller's thread. */
    public fun clientsBlocking(): List<String> = raw.listClientsBlocking().clients

    /** As [clients], for Java. */
    public fun clientsAsync(): CompletableFuture<List<String>> = promise { clients() }

    /** Deletes all keys of an application of the administrator's own authenticator. */
    public suspend fun deleteClient(name: String): Unit = raw.deleteClient(DeleteClientRequest(name))

    /** As [deleteClient], on the caller's thread. */
    public fun deleteClientBlocking(name: String): Unit = raw.deleteClientBlocking(DeleteClientRequest(name))

    /** As [deleteClient], for Java. */
    public fun deleteClientAsync(name: String): CompletableFuture<Void?> = promiseNothing { deleteClient(name) }

    /** Every client of the service, with what it has and did. */
    public suspend fun usage(): List<ClientUsage> = raw.listClientUsage().clients

    /** As [usage], on the caller's thread. */
    public fun usageBlocking(): List<ClientUsage> = raw.listClientUsageBlocking().clients

    /** As [usage], for Java. */
    public fun usageAsync(): CompletableFuture<List<ClientUsage>> = promise { usage() }

    /** Refuses all requests of a client from now on, until it is enabled again. */
    public suspend fun disable(client: ClientId): Unit = raw.disableClient(DisableClientRequest(client))

    /** As [disable], on the caller's thread. */
    public fun disableBlocking(client: ClientId): Unit = raw.disableClientBlocking(DisableClientRequest(client))

    /** As [disable], for Java. */
    public fun disableAsync(client: ClientId): CompletableFuture<Void?> = promiseNothing { disable(client) }

    /** Serves a client again that was disabled. */
    public suspend fun enable(client: ClientId): Unit = raw.enableClient(EnableClientRequest(client))

    /** As [enable], on the caller's thread. */
    public fun enableBlocking(client: ClientId): Unit = raw.enableClientBlocking(EnableClientRequest(client))

    /** As [enable], for Java. */
    public fun enableAsync(client: ClientId): CompletableFuture<Void?> = promiseNothing { enable(client) }

    /** Destroys a client's key at once, and ends the streams that work with it. */
    public suspend fun revokeKey(client: ClientId, provider: Provider, name: String): Unit =
        raw.revokeKey(revocation(client, provider, name))

    /** As [revokeKey], on the caller's thread. */
    public fun revokeKeyBlocking(client: ClientId, provider: Provider, name: String): Unit =
        raw.revokeKeyBlocking(revocation(client, provider, name))

    /** As [revokeKey], for Java. */
    public fun revokeKeyAsync(client: ClientId, provider: Provider, name: String): CompletableFuture<Void?> =
        promiseNothing { revokeKey(client, provider, name) }

    /** What a client may have, and what all may have together. */
    public suspend fun limits(client: ClientId): Limits = raw.readLimits(ReadLimitsRequest(client))

    /** As [limits], on the caller's thread. */
    public fun limitsBlocking(client: ClientId): Limits = raw.readLimitsBlocking(ReadLimitsRequest(client))

    /** As [limits], for Java. */
    public fun limitsAsync(client: ClientId): CompletableFuture<Limits> = promise { limits(client) }

    private fun revocation(client: ClientId, provider: Provider, name: String) =
        RevokeKeyRequest(client, providerNumber(provider), name)
}
