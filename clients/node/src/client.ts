/** The client, with its hand-written methods. */

import { randomUUID } from 'node:crypto'

import { keyName, optional, text, whole } from './arguments.js'
import { describe } from './bytes.js'
import { CALL_OPTIONS, checkObject, checkOptions, milliseconds, type CallOptions } from './call.js'
import { ClientCalls } from './client-calls.js'
import { InvalidArgumentError, KeyNotFoundError, NotSupportedError } from './errors.js'
import { Admin } from './generated/handles/admin.js'
import { ClientBase } from './generated/handles/client.js'
import { Raw } from './generated/raw.js'
import { material, type KeyMaterial } from './import.js'
import type { AnyKey, KeyClass, KeyFor } from './keys/roles.js'
import { fromContract, toContract } from './names.js'
import type { Call, NativeClient, NativeKey } from './native.js'
import { providerNumber, type Provider } from './provider.js'
import { nativeSpec, type Algorithm, type KeyOptions } from './spec.js'
import { Subtle } from './subtle/index.js'
import { Tls } from './tls/index.js'

/** Options of an imported key. */
export interface ImportOptions<A extends Algorithm = Algorithm> extends KeyOptions<A> {
  /** The pass phrase of an encrypted key pair. */
  passphrase?: string | undefined
}

/** Options of a temporary key. */
export interface TemporaryOptions<A extends Algorithm = Algorithm> extends KeyOptions<A> {
  /** The maximum lifetime in seconds; the end of the scope deletes the key earlier. Default: an hour. */
  lifetime?: number | undefined
}

/**
 * A client of the service, from `connect`. It holds no resource that must be released: an idle client
 * keeps no process alive.
 *
 * @example
 * ```ts
 * import { connect } from '@parsec/client'
 *
 * await using parsec = await connect()
 * for (const key of await parsec.keys()) console.log(key.name, key.provider)
 * ```
 */
export class Client extends ClientBase {
  #admin: Admin | undefined
  #raw: Raw | undefined
  #subtle: Subtle | undefined
  #tls: Tls | undefined

  /** The endpoint of the service. */
  get endpoint(): string | undefined {
    return this.calls.native.endpoint() ?? undefined
  }

  /**
   * A client with another provider for all new keys, or another timeout for each response.
   *
   * @example
   * ```ts
   * const quick = parsec.withOptions({ timeout: 2_000, provider: 'software' })
   * await quick.ping()
   * ```
   */
  withOptions(options: { timeout?: number | undefined; provider?: Provider | undefined }): Client {
    checkOptions(options, ['timeout', 'provider'])
    const provider = options.provider === undefined ? undefined : providerNumber(options.provider)
    const timeout = options.timeout === undefined ? undefined : milliseconds(options.timeout, 'options.timeout')
    const native = this.calls.native.withOptions(provider, timeout)
    return new Client(new ClientCalls(native, provider ?? this.calls.provider))
  }

  /** All operations, as the contracts define them: names and structures of the PSA Crypto API, no defaults. */
  get raw(): Raw {
    return (this.#raw ??= new Raw({
      call: async (operation, input, options) => {
        checkObject(input, 'input')
        checkOptions(options, ['provider', ...CALL_OPTIONS])
        const { provider: named, ...rest } = options
        const provider =
          named === undefined ? (this.calls.provider ?? (await this.#firstProvider())) : providerNumber(named)
        const answer = await this.calls.run(operation, rest, (native, call) =>
          native.call(operation, provider, toContract(input), call),
        )
        return fromContract(answer) as object
      },
    }))
  }

  /** The operations of administrators. The configuration of the service names the administrators. */
  get admin(): Admin {
    return (this.#admin ??= new Admin(this.calls))
  }

  /** The methods of WebCrypto, with keys of the service. */
  get subtle(): Subtle {
    return (this.#subtle ??= new Subtle(this))
  }

  /** TLS with a private key that stays in the service. */
  get tls(): Tls {
    return (this.#tls ??= new Tls())
  }

  /**
   * Generates a temporary key with a unique name. The end of its scope deletes it.
   *
   * @example
   * ```ts
   * {
   *   await using key = await parsec.temporary({ algorithm: 'AES-256-GCM' })
   *   await key.encrypt(new Uint8Array([1, 2, 3]))
   * }
   * ```
   */
  async temporary<A extends Algorithm = 'ECDSA-P256'>(
    options: TemporaryOptions<A> = {},
  ): Promise<KeyFor<A> & AsyncDisposable> {
    const name = `temporary-${randomUUID()}`
    const spec = nativeSpec(options, ['lifetime'])
    const lifetime = whole(options.lifetime ?? 3600, 'options.lifetime', 1)
    const until = Math.floor(Date.now() / 1000) + lifetime
    const key = await this.#made('temporary', name, options, (native, call) =>
      native.generateVolatile(name, spec, { 'expires-at': { time: until } }, call),
    ).catch(async (error: unknown) => {
      // Not every provider has keys that expire. The end of the scope deletes both kinds.
      if (!(error instanceof NotSupportedError)) throw error
      return await this.#made('temporary', name, options, (native, call) => native.generate(name, spec, call))
    })
    const scope: AsyncDisposable = {
      [Symbol.asyncDispose]: async () => {
        await key.delete().catch((error: unknown) => {
          // It may have been deleted within the scope.
          if (!(error instanceof KeyNotFoundError)) throw error
        })
      },
    }
    return Object.assign(key as KeyFor<A>, scope)
  }

  /**
   * Opens a key by its name; `as` is the class that it must have.
   *
   * @throws KeyNotFoundError if the application has no key of that name.
   * @throws InvalidArgumentError if the key has another class than `as`.
   *
   * @example
   * ```ts
   * import { SigningKey } from '@parsec/client'
   *
   * await parsec.getOrGenerate('web-tls')
   * const key = await parsec.open('web-tls', { as: SigningKey })
   * await key.sign(new Uint8Array([1, 2, 3]))
   * ```
   */
  async open<K extends AnyKey = AnyKey>(
    name: string,
    options: CallOptions & { as?: KeyClass<K> | undefined } = {},
  ): Promise<K> {
    checkOptions(options, ['as', ...CALL_OPTIONS])
    const to = keyName(name)
    const { as: Class, ...rest } = options
    if (Class !== undefined && typeof Class !== 'function') {
      throw new TypeError(`options.as: must be one of the classes of keys, not ${describe(Class)}`)
    }
    const key = await this.#made('open', to, rest, (native, call) => native.open(to, call))
    if (Class !== undefined && !(key instanceof Class)) {
      throw new InvalidArgumentError(`"${to}" is a ${key.role} key, not a ${Class.name}`, {
        operation: 'open',
        keyName: to,
      })
    }
    return key as K
  }

  /**
   * Imports a key: PEM or DER of PKCS #8, SEC 1 or PKCS #1, an OpenSSH key, PKCS #12, a JSON Web Key or a
   * `KeyObject` for a key pair; bytes or a `KeyObject` for other kinds.
   *
   * @throws InvalidArgumentError if the key is not of the kind that the options name, or its pass phrase is
   * missing or wrong.
   *
   * @example
   * ```ts
   * import { generateKeyPairSync } from 'node:crypto'
   *
   * const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
   * const key = await parsec.import('imported', privateKey, { algorithm: 'ECDSA-P256' })
   * await key.delete()
   * ```
   */
  async import<A extends Algorithm = 'ECDSA-P256'>(
    name: string,
    key: KeyMaterial,
    options: ImportOptions<A> = {},
  ): Promise<KeyFor<A>> {
    const spec = nativeSpec(options, ['passphrase'])
    const to = keyName(name)
    const given = material(key, options.algorithm ?? 'ECDSA-P256')
    const passphrase = optional(options.passphrase, 'options.passphrase', text)
    if (!given.pair && passphrase !== undefined) {
      throw new TypeError('options.passphrase: only key pairs have a pass phrase')
    }
    const made = await this.#made('import', to, options, (native, call) =>
      given.pair
        ? native.import(to, spec, given.data, passphrase, call)
        : native.importBytes(to, spec, given.data, call),
    )
    return made as KeyFor<A>
  }

  /** Closes this client: later calls are refused. Its keys stay, and their handles continue to work. */
  close(): void {
    this.calls.close()
  }

  /** Calls {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await Promise.resolve()
  }

  async #made(
    operation: string,
    name: string,
    options: CallOptions,
    start: (native: NativeClient, call?: Call) => Promise<NativeKey>,
  ): Promise<AnyKey> {
    return this.calls.made(await this.calls.run(operation, options, start, name))
  }

  async #firstProvider(): Promise<number> {
    const [first] = (await this.providers()).filter(({ id }) => id !== 0)
    if (first?.id === undefined) throw new NotSupportedError('this service has no provider')
    return first.id
  }
}
