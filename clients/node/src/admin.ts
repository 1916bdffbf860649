/** What administrators can do. */

import type { Raw } from './generated/raw.js'
import type { ClientId, ClientLimits, ClientUsage } from './generated/types.js'
import { providerNumber, type Provider } from './provider.js'

/**
 * What administrators can do: those whom the service's configuration names. For everybody else each
 * call rejects with a `NotPermittedError`. From {@link Client.admin}.
 *
 * Clients are told from each other by their name and by the authenticator that vouches for it:
 * {@link usage} lists them, and what it gives as `client` is what the other calls take.
 */
export class Admin {
  readonly #raw: Raw

  /** @internal */
  constructor(raw: Raw) {
    this.#raw = raw
  }

  /** The applications that have keys, of the administrator's own authenticator. */
  async clients(): Promise<readonly string[]> {
    return (await this.#raw.listClients()).clients
  }

  /** Deletes all keys of an application of the administrator's own authenticator. */
  async deleteClient(name: string): Promise<void> {
    await this.#raw.deleteClient({ client: name })
  }

  /** Every client of the service, with what it has and did. */
  async usage(): Promise<readonly ClientUsage[]> {
    return (await this.#raw.listClientUsage()).clients
  }

  /** Refuses all requests of a client from now on, until it is enabled again. */
  async disable(client: ClientId): Promise<void> {
    await this.#raw.disableClient({ client })
  }

  /** Serves a client again that was disabled. */
  async enable(client: ClientId): Promise<void> {
    await this.#raw.enableClient({ client })
  }

  /** Destroys a client's key at once, and ends the streams that work with it. */
  async revokeKey(client: ClientId, provider: Provider, name: string): Promise<void> {
    const providerId = providerNumber(provider, 'provider')
    await this.#raw.revokeKey({ client, providerId, keyName: name })
  }

  /** What a client may have, and what all may have together; 0 is no limit. */
  async limits(client: ClientId): Promise<{ client: ClientLimits; total: ClientLimits }> {
    return await this.#raw.readLimits({ client })
  }
}
