/** What keys of every kind have. */

import { inspect } from 'node:util'

import { checkOptions, milliseconds, run, type CallOptions } from '../call.js'
import type { KeyAttributes } from '../generated/types.js'
import { fromContract } from '../names.js'
import type { Call, NativeKey } from '../native.js'
import type { ProviderName } from '../provider.js'
import { keyName } from '../spec.js'

/** What a key is for. */
export type Role =
  | 'signing'
  | 'verifying'
  | 'symmetric'
  | 'mac'
  | 'decryption'
  | 'derivation'
  | 'agreement'
  | 'wrapping'
  | 'other'

interface Description {
  name: string
  role: Role
  provider: ProviderName
  attributes: KeyAttributes
}

/**
 * A key of the service. A name, not a resource: letting go of it deletes nothing, and it goes on
 * working after the service was restarted.
 */
export class Key {
  /** The key's name. */
  readonly name: string
  /** Where it lives. */
  readonly provider: ProviderName
  /** Its type, size and policy. */
  readonly attributes: KeyAttributes
  /** What it is for. */
  readonly role: Role
  /** @internal */
  protected readonly native: NativeKey
  readonly #timeout: number | undefined

  /** @internal */
  constructor(key: NativeKey, timeout?: number) {
    const described = fromContract(key.describe()) as Description
    this.native = key
    this.name = described.name
    this.provider = described.provider
    this.attributes = described.attributes
    this.role = described.role
    this.#timeout = timeout
    Object.defineProperty(this, 'native', { enumerable: false })
  }

  /**
   * The same key, with another time-out in milliseconds for each of its calls.
   *
   * @example
   * ```ts
   * const key = (await parsec.getOrGenerate('web-tls')).withOptions({ timeout: 2_000 })
   * await key.sign(new Uint8Array([1, 2, 3]))
   * ```
   */
  withOptions(options: { timeout: number }): this {
    checkOptions(options)
    const Class = this.constructor as new (key: NativeKey, timeout?: number) => this
    return new Class(this.native, milliseconds(options.timeout, 'options.timeout'))
  }

  /** @internal */
  protected run<T>(
    operation: string,
    options: CallOptions,
    start: (call?: Call) => Promise<T>,
  ): Promise<T> {
    return run(operation, this.name, this.timed(options), start)
  }

  /** @internal The options of a call, with the key's own time-out where they have none. */
  protected timed<O extends CallOptions>(options: O): O {
    const timeout = this.#timeout
    // What is no object is for the call to refuse.
    if (timeout === undefined || typeof options !== 'object' || options.timeout !== undefined) {
      return options
    }
    return { ...options, timeout }
  }

  /**
   * The key itself, as the PSA Crypto API has it: for a key pair the private part.
   *
   * @throws NotPermittedError unless it was made exportable.
   */
  async exportPrivate(options: CallOptions = {}): Promise<Uint8Array> {
    return await this.run('exportPrivate', options, (call) => this.native.exportPrivate(call))
  }

  /**
   * Gives the key another name, and answers it under that name; this one then answers
   * `KeyNotFoundError`.
   */
  async rename(name: string, options: CallOptions = {}): Promise<this> {
    const to = keyName(name)
    return this.#same(await this.run('rename', options, (call) => this.native.rename(to, call)))
  }

  /**
   * Makes a second key of the same material, in the same provider.
   *
   * @throws NotPermittedError unless it was made copyable.
   */
  async copy(name: string, options: CallOptions = {}): Promise<this> {
    const to = keyName(name)
    return this.#same(await this.run('copy', options, (call) => this.native.copy(to, call)))
  }

  /** Deletes the key, for good. Other handles of it then answer `KeyNotFoundError`. */
  async delete(options: CallOptions = {}): Promise<void> {
    await this.run('delete', options, (call) => this.native.delete(call))
  }

  #same(key: NativeKey): this {
    const Class = this.constructor as new (key: NativeKey, timeout?: number) => this
    return new Class(key, this.#timeout)
  }

  /** @internal */
  [inspect.custom](): string {
    return `${this.constructor.name} { name: '${this.name}', provider: '${this.provider}' }`
  }
}

/** A key for something that has no class of its own; `parsec.raw` uses it. */
export class OtherKey extends Key {
  override readonly role = 'other'
}
