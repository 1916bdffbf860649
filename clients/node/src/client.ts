/** The client. */

import { randomUUID } from 'node:crypto'

import { Admin } from './admin.js'
import { bytes, describe, type Bytes } from './bytes.js'
import { checkOptions, milliseconds, run, type CallOptions } from './call.js'
import { InvalidArgumentError, KeyNotFoundError, NotSupportedError, ServiceUnavailableError } from './errors.js'
import { Raw } from './generated/raw.js'
import type { AuthenticatorInfo, KeyAttributes, ProviderInfo } from './generated/types.js'
import { material, type KeyMaterial } from './import.js'
import { make, type AnyKey, type KeyClass, type KeyFor } from './keys/make.js'
import type { VerifyingKey } from './keys/signing.js'
import { fromContract, toContract } from './names.js'
import type { Call, NativeClient, NativeKey } from './native.js'
import { providerName, providerNumber, type Provider, type ProviderName } from './provider.js'
import { publicMaterial, type PublicKeyMaterial } from './public-key.js'
import {
  hashName,
  keyName,
  nativeSpec,
  whole,
  type Algorithm,
  type AttributeOptions,
  type HashName,
  type KeyOptions,
} from './spec.js'
import { collect, isSource, pump, type Source, type StreamOptions } from './streams.js'
import { Subtle } from './subtle.js'
import { Tls } from './tls/index.js'

/** One key of the list that {@link Client.keys} gives. */
export interface KeyEntry {
  /** Its name. */
  name: string
  /** Where it lives. */
  provider: ProviderName
  /** Its type, size and policy. */
  attributes: KeyAttributes
}

/** What may be said of a key for a while. */
export interface TemporaryOptions<A extends Algorithm = Algorithm> extends KeyOptions<A> {
  /** After how many seconds it vanishes by itself, should its scope never end: an hour unless said otherwise. */
  lifetime?: number | undefined
}

/**
 * A client of the service. From `connect`. It holds no resource that has to be let go: an idle one
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
export class Client {
  readonly #native: NativeClient
  readonly #provider: number | undefined
  #closed = false
  #admin: Admin | undefined
  #raw: Raw | undefined
  #subtle: Subtle | undefined
  #tls: Tls | undefined

  /** @internal */
  constructor(client: NativeClient, options: { provider: number | undefined }) {
    this.#native = client
    this.#provider = options.provider
  }

  /** Where the service was found. */
  get endpoint(): string | undefined {
    return this.#native.endpoint() ?? undefined
  }

  /**
   * The same client with another provider for all new keys, or another time-out for each answer.
   *
   * @example
   * ```ts
   * const quick = parsec.withOptions({ timeout: 2_000, provider: 'software' })
   * await quick.ping()
   * ```
   */
  withOptions(options: { timeout?: number; provider?: Provider }): Client {
    checkOptions(options)
    const provider = options.provider === undefined ? undefined : providerNumber(options.provider)
    const timeout =
      options.timeout === undefined ? undefined : milliseconds(options.timeout, 'options.timeout')
    return new Client(this.#native.withOptions(provider, timeout), {
      provider: provider ?? this.#provider,
    })
  }

  /** Every operation as the contracts have it: names and structures of the PSA Crypto API, no defaults. */
  get raw(): Raw {
    return (this.#raw ??= new Raw({
      call: async (operation, input, options) => {
        checkOptions(input, 'input')
        checkOptions(options)
        const { provider: named, ...rest } = options
        const provider =
          named === undefined ? (this.#provider ?? (await this.#firstProvider())) : providerNumber(named)
        const answer = await this.#run(operation, undefined, rest, (call) =>
          this.#native.call(operation, provider, toContract(input), call),
        )
        return fromContract(answer) as object
      },
    }))
  }

  /** What administrators can do, for those whom the service's configuration names. */
  get admin(): Admin {
    return (this.#admin ??= new Admin(this.raw))
  }

  /** The shape of WebCrypto over keys of the service. */
  get subtle(): Subtle {
    return (this.#subtle ??= new Subtle(this))
  }

  /** TLS whose private key stays in the service. */
  get tls(): Tls {
    return (this.#tls ??= new Tls())
  }

  /** Asks whether the service is there; it answers the version of the protocol that it speaks. */
  async ping(options: CallOptions = {}): Promise<{ major: number; minor: number }> {
    const [major = 0, minor = 0] = await this.#run('ping', undefined, options, (call) =>
      this.#native.ping(call),
    )
    return { major, minor }
  }

  /** The providers of the service. */
  async providers(options: CallOptions = {}): Promise<ProviderInfo[]> {
    const found = await this.#run('providers', undefined, options, (call) => this.#native.providers(call))
    return fromContract(found) as ProviderInfo[]
  }

  /** The authenticators of the service. */
  async authenticators(options: CallOptions = {}): Promise<AuthenticatorInfo[]> {
    const found = await this.#run('authenticators', undefined, options, (call) =>
      this.#native.authenticators(call),
    )
    return fromContract(found) as AuthenticatorInfo[]
  }

  /** The names of the operations that a provider serves. */
  async operations(provider: Provider, options: CallOptions = {}): Promise<string[]> {
    const number = providerNumber(provider, 'provider')
    return await this.#run('operations', undefined, options, (call) => this.#native.opcodes(number, call))
  }

  /** The keys of this application, on all providers. */
  async keys(options: CallOptions = {}): Promise<KeyEntry[]> {
    const found = await this.#run('keys', undefined, options, (call) => this.#native.keys(call))
    const entries = fromContract(found) as { providerId: number; name: string; attributes: KeyAttributes }[]
    return entries.map(({ providerId, name, attributes }) => ({
      name,
      provider: providerName(providerId),
      attributes,
    }))
  }

  /**
   * Makes a key: one that signs with ECDSA on P-256 unless said otherwise. The class of what comes
   * back follows from the algorithm.
   *
   * @throws KeyExistsError if the name is taken.
   * @throws NotSupportedError if no provider makes such keys.
   *
   * @example
   * ```ts
   * const key = await parsec.generate('signer')
   * const vault = await parsec.generate('safe', { algorithm: 'AES-256-GCM' })
   * await key.delete()
   * await vault.delete()
   * ```
   */
  async generate<A extends Algorithm = 'ECDSA-P256'>(name: string, options?: KeyOptions<A>): Promise<KeyFor<A>>
  async generate(name: string, options: AttributeOptions): Promise<AnyKey>
  async generate(name: string, options: KeyOptions | AttributeOptions = {}): Promise<AnyKey> {
    const [to, spec] = [keyName(name), nativeSpec(options)]
    return await this.#made('generate', to, options, (call) => this.#native.generate(to, spec, call))
  }

  /**
   * Opens a key, or makes it where it is missing.
   *
   * @throws KeyExistsError if there is a key of that name which is something else, with what differs.
   *
   * @example
   * ```ts
   * const key = await parsec.getOrGenerate('web-tls')
   * console.log(key.publicKey.toPem())
   * ```
   */
  async getOrGenerate<A extends Algorithm = 'ECDSA-P256'>(name: string, options?: KeyOptions<A>): Promise<KeyFor<A>>
  async getOrGenerate(name: string, options: AttributeOptions): Promise<AnyKey>
  async getOrGenerate(name: string, options: KeyOptions | AttributeOptions = {}): Promise<AnyKey> {
    const [to, spec] = [keyName(name), nativeSpec(options)]
    return await this.#made('getOrGenerate', to, options, (call) =>
      this.#native.getOrGenerate(to, spec, call),
    )
  }

  /**
   * Makes a key for a while, under a name of its own: the end of its scope deletes it, unless
   * that was done before.
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
    const spec = nativeSpec(options)
    const lifetime = whole(options.lifetime ?? 3600, 'options.lifetime', 1)
    const until = Math.floor(Date.now() / 1000) + lifetime
    const key = await this.#made('temporary', name, options, (call) =>
      this.#native.generateVolatile(name, spec, until, call),
    ).catch(async (error: unknown) => {
      // Not every provider has keys that vanish by themselves; the scope's end deletes either.
      if (!(error instanceof NotSupportedError)) throw error
      return await this.#made('temporary', name, options, (call) =>
        this.#native.generate(name, spec, call),
      )
    })
    return Object.assign(key as KeyFor<A>, {
      [Symbol.asyncDispose]: async () => {
        await key.delete().catch((error: unknown) => {
          // It may have been deleted within the scope.
          if (!(error instanceof KeyNotFoundError)) throw error
        })
      },
    })
  }

  /**
   * Opens a key by its name; `as` says what it has to be.
   *
   * @throws KeyNotFoundError if there is none, or if it is another application's.
   * @throws InvalidArgumentError if it is something else than `as` says.
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
    options: CallOptions & { as?: KeyClass<K> } = {},
  ): Promise<K> {
    const to = keyName(name)
    checkOptions(options)
    const { as: Class, ...rest } = options
    if (Class !== undefined && typeof Class !== 'function') {
      throw new TypeError(`options.as: must be one of the classes of keys, not ${describe(Class)}`)
    }
    const key = await this.#made('open', to, rest, (call) => this.#native.open(to, call))
    if (Class !== undefined && !(key instanceof Class)) {
      throw new InvalidArgumentError(`"${to}" is a ${key.role} key, and no ${Class.name}`, {
        operation: 'open',
        keyName: to,
      })
    }
    return key as K
  }

  /**
   * Brings in a key that was made elsewhere: PEM, PKCS #8 in DER, a JSON Web Key or a `KeyObject`
   * for a key pair; the bytes themselves, or a `KeyObject`, for others.
   *
   * @throws InvalidArgumentError if it is not what the options say.
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
    options: KeyOptions<A> = {},
  ): Promise<KeyFor<A>> {
    const [to, spec] = [keyName(name), nativeSpec(options)]
    const given = material(key, options.algorithm ?? 'ECDSA-P256')
    const made = await this.#made('import', to, options, (call) =>
      given.pair
        ? this.#native.importPrivate(to, spec, given.data, call)
        : this.#native.importBytes(to, spec, given.data, call),
    )
    return made as KeyFor<A>
  }

  /**
   * Brings in key material as the PSA Crypto API has it: the bytes of a secret, or the private
   * number of a key pair.
   */
  async importBytes<A extends Algorithm = 'ECDSA-P256'>(
    name: string,
    material: Bytes,
    options: KeyOptions<A> = {},
  ): Promise<KeyFor<A>> {
    const [to, spec] = [keyName(name), nativeSpec(options)]
    const given = bytes(material, 'material')
    const made = await this.#made('importBytes', to, options, (call) =>
      this.#native.importBytes(to, spec, given, call),
    )
    return made as KeyFor<A>
  }

  /** Brings in somebody's public key, to verify with: the algorithm says which signatures. */
  async importPublic(name: string, key: PublicKeyMaterial, options: KeyOptions = {}): Promise<VerifyingKey> {
    const [to, spec] = [keyName(name), nativeSpec(options)]
    const given = publicMaterial(key, 'key')
    const made = await this.#made('importPublic', to, options, (call) =>
      this.#native.importPublic(to, spec, given, call),
    )
    return made as VerifyingKey
  }

  /** Random bytes, from hardware where there is some. */
  async random(count: number, options: CallOptions = {}): Promise<Uint8Array> {
    const length = whole(count, 'count')
    return await this.#run('random', undefined, options, (call) => this.#native.random(length, call))
  }

  /**
   * A hash, made by the service. All of the data travels; it may come in pieces.
   *
   * @example
   * ```ts
   * const hash = await parsec.hash('SHA-256', new TextEncoder().encode('hello'))
   * console.log(Buffer.from(hash).toString('hex'))
   * ```
   */
  async hash(name: HashName, data: Bytes | Source, options: StreamOptions = {}): Promise<Uint8Array> {
    const alg = hashName(name, 'name')
    if (isSource(data)) {
      return await collect(
        pump('hash', undefined, data, options, (call) => this.#native.hashStream(alg, call)),
      )
    }
    const view = bytes(data, 'data')
    return await this.#run('hash', undefined, options, (call) => this.#native.hash(alg, view, call))
  }

  /** Ends the use of this client: calls made later are refused. Its keys stay, and so do their handles. */
  close(): void {
    this.#closed = true
  }

  /** As {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await Promise.resolve()
  }

  async #made(
    operation: string,
    name: string,
    options: CallOptions,
    start: (call?: Call) => Promise<NativeKey>,
  ): Promise<AnyKey> {
    return make(await this.#run(operation, name, options, start))
  }

  async #run<T>(
    operation: string,
    name: string | undefined,
    options: CallOptions,
    start: (call?: Call) => Promise<T>,
  ): Promise<T> {
    if (this.#closed) {
      throw new ServiceUnavailableError('this client was closed; connect again', { operation })
    }
    return await run(operation, name, options, start)
  }

  async #firstProvider(): Promise<number> {
    const [first] = (await this.providers()).filter(({ id }) => id !== 0)
    if (first?.id === undefined) throw new NotSupportedError('this service runs no provider')
    return first.id
  }
}
