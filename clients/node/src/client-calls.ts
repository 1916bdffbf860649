/** Calls of one client. */

import type { Own } from './bytes.js'
import { run, type CallOptions } from './call.js'
import { ServiceUnavailableError } from './errors.js'
import { makeKey } from './generated/handles/any-key.js'
import type { AnyKey } from './keys/roles.js'
import type { Call, NativeClient, NativeKey } from './native.js'

/** How the methods of a client call the addon. */
export class ClientCalls {
  readonly native: NativeClient
  /** The number of the only provider to use, if there is one. */
  readonly provider: number | undefined
  #closed = false

  constructor(native: NativeClient, provider: number | undefined) {
    this.native = native
    this.provider = provider
  }

  /** Refuses all later calls. */
  close(): void {
    this.#closed = true
  }

  /** Runs one call, unless the client was closed. `keyName` is the key that it concerns. */
  async run<T>(
    operation: string,
    options: CallOptions,
    start: (native: NativeClient, call?: Call) => Promise<T>,
    keyName?: string,
  ): Promise<Own<T>> {
    if (this.#closed) {
      throw new ServiceUnavailableError('this client was closed; connect again', { operation })
    }
    return await run(operation, keyName, options, (call) => start(this.native, call))
  }

  /** Returns the handle for a key. */
  made(key: NativeKey): AnyKey {
    return makeKey(key)
  }
}
