/** WebCrypto's interface for keys of the service. */

import { webcrypto } from 'node:crypto'
import { types } from 'node:util'

import { flag, keyName } from '../arguments.js'
import { bytes, type Bytes } from '../bytes.js'
import { checkOptions } from '../call.js'
import { InvalidArgumentError, NotPermittedError, NotSupportedError, ParsecError } from '../errors.js'
import { AgreementKey } from '../generated/handles/agreement-key.js'
import { DecryptionKey } from '../generated/handles/decryption-key.js'
import { DerivationKey } from '../generated/handles/derivation-key.js'
import type { Key } from '../generated/handles/key.js'
import { MacKey } from '../generated/handles/mac-key.js'
import { VerifyingKey } from '../generated/handles/verifying-key.js'
import type { AnyKey } from '../keys/roles.js'
import { SigningKey } from '../keys/signing.js'
import { SymmetricKey } from '../keys/symmetric.js'
import { PublicKey } from '../public-key.js'
import type { HashName, KeyOptions } from '../spec.js'
import { checkUsages, keyOptions } from './generate.js'
import { algorithmOf, matched, matchedHash, ownKey, type Matched } from './keys.js'
import {
  hashLength,
  invalidAccess,
  notSupported,
  parameters,
  type Parameters,
  type SubtleAlgorithm,
  type SubtleParameters,
} from './parameters.js'

export type { SubtleAlgorithm, SubtleParameters }

/** A client that generates keys and hashes data. */
export interface SubtleClient {
  generate(name: string, options: KeyOptions): Promise<AnyKey>
  hash(hash: HashName, data: Bytes): Promise<Uint8Array>
}

/** Keys with a public key. */
type PublicHalf = SigningKey | VerifyingKey | DecryptionKey | AgreementKey

/**
 * The methods of `crypto.subtle` for keys of the service: the same names, and `DOMException`s of
 * the same names. A call does exactly what its algorithm says, or fails: with an `InvalidAccessError` if the key
 * is for another algorithm, with a `NotSupportedError` if keys of the service cannot do it, and with a `TypeError`
 * that names a parameter which is missing or which the algorithm does not have.
 *
 * Keys of the service do not work with the native `crypto.subtle`, nor native keys with this one:
 * verify with `await key.publicKey.toCryptoKey()` there, or import the native key here.
 *
 * @example
 * ```ts
 * const key = await parsec.getOrGenerate('web-tls')
 * const data = new TextEncoder().encode('hello')
 * const signature = await parsec.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, data)
 * console.log(await parsec.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, data))
 * ```
 */
export class Subtle {
  readonly #client: SubtleClient

  /** @internal */
  constructor(client: SubtleClient) {
    this.#client = client
  }

  /** Signs, or computes an authentication code. */
  async sign(algorithm: SubtleAlgorithm, key: SigningKey | MacKey, data: Bytes): Promise<ArrayBuffer> {
    const view = bytes(data, 'data')
    const wanted = parameters('sign', algorithm)
    return await translated(async () => {
      const given = matched(key, wanted.name)
      const options = signing(given, wanted)
      if (given.key instanceof MacKey) return buffer(await given.key.compute(view))
      if (given.key instanceof SigningKey) return buffer(await given.key.sign(view, options))
      throw refused(given.key, 'sign')
    })
  }

  /** Verifies a signature or an authentication code. */
  async verify(
    algorithm: SubtleAlgorithm,
    key: SigningKey | VerifyingKey | MacKey,
    signature: Bytes,
    data: Bytes,
  ): Promise<boolean> {
    const [code, view] = [bytes(signature, 'signature'), bytes(data, 'data')]
    const wanted = parameters('verify', algorithm)
    return await translated(async () => {
      const given = matched(key, wanted.name)
      const options = signing(given, wanted)
      if (given.key instanceof MacKey) return await given.key.verify(code, view)
      if (given.key instanceof SigningKey || given.key instanceof VerifyingKey) {
        return await given.key.verify(code, view, options)
      }
      throw refused(given.key, 'verify')
    })
  }

  /**
   * Encrypts. With AES-GCM and ChaCha20-Poly1305 the client generates the nonce: omit `iv`. The result is nonce,
   * ciphertext and tag, concatenated, which {@link decrypt} accepts.
   */
  async encrypt(algorithm: SubtleAlgorithm, key: SymmetricKey | DecryptionKey, data: Bytes): Promise<ArrayBuffer> {
    const view = bytes(data, 'data')
    const wanted = parameters('encrypt', algorithm)
    return await translated(async () => {
      const { key: given } = encrypting(matched(key, wanted.name), wanted)
      if (wanted.iv !== undefined) {
        throw notSupported(
          'algorithm.iv: is generated for each message and precedes the ciphertext; use key.dangerousEncryptWithNonce() to choose it',
        )
      }
      if (given instanceof SymmetricKey) {
        return buffer(await given.encrypt(view, { additionalData: wanted.additionalData }))
      }
      if (given instanceof DecryptionKey) return buffer(await given.encrypt(view, { label: wanted.label }))
      throw refused(given, 'encrypt')
    })
  }

  /** Decrypts the output of {@link encrypt}; or with `iv`, the output of another WebCrypto. */
  async decrypt(algorithm: SubtleAlgorithm, key: SymmetricKey | DecryptionKey, data: Bytes): Promise<ArrayBuffer> {
    const view = bytes(data, 'data')
    const wanted = parameters('decrypt', algorithm)
    return await translated(async () => {
      const { key: given } = encrypting(matched(key, wanted.name), wanted)
      if (given instanceof SymmetricKey) {
        const sealed = wanted.iv === undefined ? view : joined(wanted.iv as Uint8Array, view)
        return buffer(await given.decrypt(sealed, { additionalData: wanted.additionalData }))
      }
      if (given instanceof DecryptionKey) return buffer(await given.decrypt(view, { label: wanted.label }))
      throw refused(given, 'decrypt')
    })
  }

  /** Computes a hash in the service. */
  async digest(algorithm: SubtleAlgorithm, data: Bytes): Promise<ArrayBuffer> {
    const view = bytes(data, 'data')
    const { name } = parameters('digest', algorithm)
    return await translated(async () => buffer(await this.#client.hash(name as HashName, view)))
  }

  /**
   * Generates a key. Keys of the service have names, so this method has an additional argument. `usages` must
   * include the uses that every key of the algorithm permits.
   */
  async generateKey(
    algorithm: SubtleAlgorithm,
    extractable: boolean,
    usages: readonly string[],
    options: { name: string },
  ): Promise<AnyKey> {
    const wanted = parameters('generateKey', algorithm)
    const created = keyOptions(wanted)
    const exportable = flag(extractable, 'extractable')
    checkUsages(wanted.name, usages)
    checkOptions(options, ['name'])
    const name = keyName(options.name, 'options.name')
    return await translated(async () => await this.#client.generate(name, { ...created, exportable }))
  }

  /** Exports a public key as `spki`, `raw` or `jwk`. For private keys see `key.exportPrivate()`. */
  async exportKey(format: 'jwk', key: PublicHalf): Promise<webcrypto.JsonWebKey>
  async exportKey(format: 'spki' | 'raw', key: PublicHalf): Promise<ArrayBuffer>
  async exportKey(format: 'jwk' | 'spki' | 'raw', key: PublicHalf): Promise<ArrayBuffer | webcrypto.JsonWebKey> {
    return await translated(() => {
      const given = ownKey(key)
      const half = publicHalf(given)
      if (half === undefined) throw refused(given, `be exported as "${format}"`)
      const isRsa = half.publicKey.description.startsWith('RSA')
      if (format === 'jwk') return { ...half.publicKey.toJwk(), ext: true, key_ops: half.usages }
      if (format === 'spki') return buffer(half.publicKey.toDer())
      if (format === 'raw' && !isRsa) return buffer(half.publicKey.toRaw())
      throw notSupported(
        `format: "${format}" is not for this public key; use spki or jwk, and key.exportPrivate() for the private key`,
      )
    })
  }

  /**
   * Derives bits with a key agreement (`ECDH`, `X25519`), or with `HKDF`. Without a length, a key agreement returns
   * the whole secret.
   */
  async deriveBits(
    algorithm: SubtleAlgorithm,
    key: DerivationKey | AgreementKey,
    length: number | null = null,
  ): Promise<ArrayBuffer> {
    const wanted = parameters('deriveBits', algorithm)
    const agrees = wanted.name !== 'HKDF'
    if (!(agrees && length === null) && !(Number.isInteger(length) && Number(length) > 0 && Number(length) % 8 === 0)) {
      throw new DOMException('length: must be a multiple of 8 above 0', 'OperationError')
    }
    return await translated(async () => {
      const given = matched(key, wanted.name)
      if (given.key instanceof DerivationKey) {
        matchedHash(given, wanted.hash)
        const { info, salt } = wanted
        return buffer(await given.key.deriveBytes(info ?? new Uint8Array(), Number(length) / 8, { salt }))
      }
      if (given.key instanceof AgreementKey) {
        const secret = await given.key.agree(await peer(wanted.public, given))
        const bits = length ?? secret.byteLength * 8
        if (secret.byteLength * 8 < bits) {
          throw new DOMException('length: longer than the shared secret', 'OperationError')
        }
        return buffer(secret.subarray(0, bits / 8))
      }
      throw refused(given.key, 'derive bits')
    })
  }
}

/** The options of a signature, which is of the key's algorithm: the hash, and for PSS the length of the salt. */
function signing(given: Matched, { name, hash, saltLength }: Parameters): { hash?: HashName } {
  const used = matchedHash(given, hash)
  if (name === 'RSA-PSS' && used !== undefined && saltLength !== hashLength(used)) {
    throw notSupported(`algorithm.saltLength: must be ${hashLength(used)}, the length of the hash`)
  }
  return used === undefined ? {} : { hash: used.toUpperCase() as HashName }
}

/** Checks the parameters of an encryption that the key determines. */
function encrypting(given: Matched, { hash, iv, tagLength }: Parameters): Matched {
  matchedHash(given, hash)
  const own = given.own.tagLength
  if (own !== undefined && (tagLength ?? 128) !== own) {
    throw notSupported(`algorithm.tagLength: the tags of the key "${given.key.name}" have ${own} bits`)
  }
  if (iv !== undefined && iv.byteLength !== 12) throw notSupported('algorithm.iv: must have 12 bytes')
  return given
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

/** Returns the public key and its WebCrypto usages. */
function publicHalf(key: Key): { publicKey: PublicKey; usages: string[] } | undefined {
  if (key instanceof SigningKey || key instanceof VerifyingKey) {
    return { publicKey: key.publicKey, usages: ['verify'] }
  }
  if (key instanceof DecryptionKey) return { publicKey: key.publicKey, usages: ['encrypt'] }
  if (!(key instanceof AgreementKey) || key.publicKey === undefined) return undefined
  return { publicKey: key.publicKey, usages: [] }
}

function refused(key: Key, what: string): DOMException {
  return invalidAccess(`key: the ${key.role} key "${key.name}" cannot ${what}`)
}

/** The public key of the peer, which must be for the same algorithm. */
async function peer(key: SubtleParameters['public'], { own }: Matched): Promise<Uint8Array> {
  const curve = own.namedCurve ?? own.name
  const mismatch = () => invalidAccess(`algorithm.public: must be a key for ${own.name} on ${curve}`)
  if (key instanceof AgreementKey) {
    const theirs = algorithmOf(key.attributes)
    if (theirs?.name !== own.name || theirs.namedCurve !== own.namedCurve) throw mismatch()
    return await key.exportPublic()
  }
  if (key instanceof PublicKey) {
    if (key.toJwk().crv !== curve) throw mismatch()
    return key.toRaw()
  }
  if (types.isCryptoKey(key)) {
    const { algorithm, type } = key
    const theirs = algorithm as { name: string; namedCurve?: string }
    if (type !== 'public' || theirs.name !== own.name || theirs.namedCurve !== own.namedCurve) throw mismatch()
    return new Uint8Array(await webcrypto.subtle.exportKey('raw', key))
  }
  if (key === undefined) throw mismatch()
  return bytes(key, 'algorithm.public')
}

function buffer(view: Uint8Array): ArrayBuffer {
  return Uint8Array.from(view).buffer
}

/** Converts errors of the service to `DOMException`s with WebCrypto's names. */
async function translated<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ParsecError)) throw error
    const exception = new DOMException(error.message, exceptionName(error))
    Object.defineProperty(exception, 'cause', { value: error, configurable: true })
    throw exception
  }
}

function exceptionName(error: ParsecError): string {
  if (error instanceof NotSupportedError) return 'NotSupportedError'
  if (error instanceof NotPermittedError) return 'InvalidAccessError'
  if (error instanceof InvalidArgumentError) return 'DataError'
  return 'OperationError'
}
