/** The base of keys of every kind. */

import { inspect } from 'node:util'

import { keyName } from '../arguments.js'
import { checkOptions, milliseconds } from '../call.js'
import type { KeyAttributes } from '../generated/types.js'
import { Handle } from '../handle.js'
import type { NativeKey } from '../native.js'
import type { ProviderName } from '../provider.js'
import type { KeyCalls } from './calls.js'
import type { Role } from './roles.js'

/** The properties of every key. */
export abstract class KeyCore extends Handle<KeyCalls> {
  /** The name of the key. */
  readonly name: string
  /** The provider that has the key. */
  readonly provider: ProviderName
  /** The type, size and policy of the key. */
  readonly attributes: KeyAttributes
  /** The role of the key. */
  readonly role: Role

  /** @internal */
  constructor(calls: KeyCalls) {
    super(calls)
    const { name, provider, attributes, role } = calls.description
    this.name = name
    this.provider = provider
    this.attributes = attributes
    this.role = role
  }

  /**
   * A handle for the same key with another timeout, in milliseconds, for each of its calls.
   *
   * @example
   * ```ts
   * const key = (await parsec.getOrGenerate('web-tls')).withOptions({ timeout: 2_000 })
   * await key.sign(new Uint8Array([1, 2, 3]))
   * ```
   */
  withOptions(options: { timeout: number }): this {
    checkOptions(options, ['timeout'])
    return this.#with(this.calls.withTimeout(milliseconds(options.timeout, 'options.timeout')))
  }

  /** @internal */
  protected same(key: NativeKey): this {
    return this.#with(this.calls.of(key))
  }

  #with(calls: KeyCalls): this {
    const Class = this.constructor as new (calls: KeyCalls) => this
    return new Class(calls)
  }

  /** @internal */
  [inspect.custom](): string {
    return `${this.constructor.name} { name: '${this.name}', provider: '${this.provider}' }`
  }
}

/** The name of a key, by its handle or by the name itself. */
export function nameOf(key: KeyCore | string, argument: string): string {
  return keyName(key instanceof KeyCore ? key.name : key, argument)
}
