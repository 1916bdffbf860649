/** Calls of one key. */

import type { Own } from '../bytes.js'
import { run, type CallOptions } from '../call.js'
import type { KeyAttributes } from '../generated/types.js'
import { fromContract } from '../names.js'
import type { Call, NativeKey } from '../native.js'
import type { ProviderName } from '../provider.js'
import type { AnyKey, Role } from './roles.js'

/** The addon's description of a key. */
export interface KeyDescription {
  name: string
  role: Role
  provider: ProviderName
  attributes: KeyAttributes
}

/** Creates the handle for the role of a key. */
export type KeyFactory = (key: NativeKey) => AnyKey

/** How the methods of a key call the addon. */
export class KeyCalls {
  readonly native: NativeKey
  readonly description: KeyDescription
  readonly #make: KeyFactory
  readonly #timeout: number | undefined

  constructor(native: NativeKey, make: KeyFactory, timeout?: number) {
    this.native = native
    this.description = fromContract(native.describe()) as KeyDescription
    this.#make = make
    this.#timeout = timeout
  }

  /** The name of the key. */
  get name(): string {
    return this.description.name
  }

  /** Runs one call. */
  async run<T>(
    operation: string,
    options: CallOptions,
    start: (native: NativeKey, call?: Call) => Promise<T>,
  ): Promise<Own<T>> {
    return await run(operation, this.name, this.timed(options), (call) => start(this.native, call))
  }

  /** The options of a call, with the timeout of the key if they have none. */
  timed<O extends CallOptions>(options: O): O {
    const timeout = this.#timeout
    // The call itself checks that the options are an object.
    if (timeout === undefined || typeof options !== 'object' || options.timeout !== undefined) {
      return options
    }
    return { ...options, timeout }
  }

  /** The calls of the same key with another timeout. */
  withTimeout(timeout: number): KeyCalls {
    return new KeyCalls(this.native, this.#make, timeout)
  }

  /** The calls of another key, with the same timeout. */
  of(native: NativeKey): KeyCalls {
    return new KeyCalls(native, this.#make, this.#timeout)
  }

  /** Returns the handle for another key. */
  made(native: NativeKey): AnyKey {
    return this.#make(native)
  }
}
