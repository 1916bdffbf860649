/** WebCrypto's interface for keys of the service. */

import { webcrypto } from 'node:crypto'
import { types } from 'node:util'

import { bytes, describe, type Bytes } from './bytes.js'
import { checkOptions } from './call.js'
import { InvalidArgumentError, NotPermittedError, NotSupportedError, ParsecError } from './errors.js'
import { AgreementKey } from './generated/handles/agreement-key.js'
import { DecryptionKey } from './generated/handles/decryption-key.js'
import { DerivationKey } from './generated/handles/derivation-key.js'
import { Key } from './generated/handles/key.js'
import { MacKey } from './generated/handles/mac-key.js'
import { VerifyingKey } from './generated/handles/verifying-key.js'
import type { AnyKey } from './keys/roles.js'
import { SigningKey } from './keys/signing.js'
import { SymmetricKey } from './keys/symmetric.js'
import { PublicKey } from './public-key.js'
import type { Algorithm, HashName, KeyOptions } from './spec.js'

/** An algorithm as WebCrypto writes it: its name, or an object with `name`. */
export type SubtleAlgorithm = string | ({ name: string } & SubtleParameters)

/** Parameters of WebCrypto algorithms. */
export interface SubtleParameters {
  hash?: string | { name: string }
  namedCurve?: string
  modulusLength?: number
  length?: number
  label?: Bytes
  additionalData?: Bytes
  iv?: Bytes
  tagLength?: number
  info?: Bytes
  salt?: Bytes
  public?: AgreementKey | PublicKey | webcrypto.CryptoKey | Bytes
}

/** A client that generates keys and hashes data. */
export interface SubtleClient {
  generate(name: string, options: KeyOptions): Promise<AnyKey>
  hash(hash: HashName, data: Bytes): Promise<Uint8Array>
}

/** Keys with a public key. */
type PublicHalf = SigningKey | VerifyingKey | DecryptionKey | AgreementKey

const CURVES: Record<string, Algorithm> = {
  'P-256': 'ECDSA-P256',
  'P-384': 'ECDSA-P384',
  'P-521': 'ECDSA-P521',
}

/**
 * The methods of `crypto.subtle` for keys of the service: the same names, and `DOMException`s of
 * the same names.
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
    return await translated(async () => {
      const given = own(key)
      if (given instanceof MacKey) return buffer(await given.compute(view))
      if (given instanceof SigningKey) return buffer(await given.sign(view, hashed(algorithm, given)))
      throw refused(given, 'sign')
    })
  }

  /** Verifies a signature or an authentication code. */
  async verify(
    algorithm: SubtleAlgorithm,
    key: SigningKey | VerifyingKey | MacKey,
    signature: Bytes,
    data: Bytes,
  ): Promise<boolean> {
    const [given, view] = [bytes(signature, 'signature'), bytes(data, 'data')]
    return await translated(async () => {
      const with_ = own(key)
      if (with_ instanceof MacKey) return await with_.verify(given, view)
      if (with_ instanceof SigningKey || with_ instanceof VerifyingKey) {
        return await with_.verify(given, view, hashed(algorithm, with_))
      }
      throw refused(with_, 'verify')
    })
  }

  /**
   * Encrypts. With AES-GCM the client generates the nonce: omit `iv`. The result is nonce,
   * ciphertext and tag, concatenated, which {@link decrypt} accepts.
   */
  async encrypt(algorithm: SubtleAlgorithm, key: SymmetricKey | DecryptionKey, data: Bytes): Promise<ArrayBuffer> {
    const view = bytes(data, 'data')
    return await translated(async () => {
      const { given, context } = crypting(algorithm, key, 'encrypt')
      return buffer(
        given instanceof SymmetricKey
          ? await given.encrypt(view, { additionalData: context })
          : await given.encrypt(view, { label: context }),
      )
    })
  }

  /** Decrypts the output of {@link encrypt}. */
  async decrypt(algorithm: SubtleAlgorithm, key: SymmetricKey | DecryptionKey, data: Bytes): Promise<ArrayBuffer> {
    const view = bytes(data, 'data')
    return await translated(async () => {
      const { given, context } = crypting(algorithm, key, 'decrypt')
      return buffer(
        given instanceof SymmetricKey
          ? await given.decrypt(view, { additionalData: context })
          : await given.decrypt(view, { label: context }),
      )
    })
  }

  /** Computes a hash in the service. */
  async digest(algorithm: SubtleAlgorithm, data: Bytes): Promise<ArrayBuffer> {
    const view = bytes(data, 'data')
    const { name } = parameters(algorithm)
    return await translated(async () => buffer(await this.#client.hash(name as HashName, view)))
  }

  /**
   * Generates a key. Keys of the service have names, so this method has an additional argument.
   * The algorithm determines the permitted usages; `usages` is checked against them.
   */
  async generateKey(
    algorithm: SubtleAlgorithm,
    extractable: boolean,
    usages: readonly string[],
    options: { name: string },
  ): Promise<AnyKey> {
    const created = keyOptions(parameters(algorithm))
    checkOptions(options, ['name'])
    const uses: unknown = usages
    if (!Array.isArray(uses)) throw new TypeError(`usages: must be an array, not ${describe(usages)}`)
    return await translated(async () => {
      const key = await this.#client.generate(options.name, { ...created, exportable: extractable })
      const wrong = usages.find((usage) => !USAGES[key.role]?.includes(usage))
      if (wrong === undefined) return key
      await key.delete()
      throw new DOMException(`usages: a ${key.role} key has no use "${wrong}"`, 'SyntaxError')
    })
  }

  /** Exports a public key as `spki`, `raw` or `jwk`. For private keys see `key.exportPrivate()`. */
  async exportKey(format: 'jwk', key: PublicHalf): Promise<webcrypto.JsonWebKey>
  async exportKey(format: 'spki' | 'raw', key: PublicHalf): Promise<ArrayBuffer>
  async exportKey(format: 'jwk' | 'spki' | 'raw', key: PublicHalf): Promise<ArrayBuffer | webcrypto.JsonWebKey> {
    return await translated(async () => {
      const given = own(key)
      if (given instanceof AgreementKey && format === 'raw') return buffer(await given.exportPublic())
      const half = publicHalf(given)
      if (half === undefined) throw refused(given, `be exported as "${format}"`)
      switch (format) {
        case 'jwk':
          return { ...half.publicKey.toJwk(), ext: true, key_ops: half.usages }
        case 'spki':
          return buffer(half.publicKey.toDer())
        case 'raw':
          return buffer(half.publicKey.toRaw())
        default:
          throw new DOMException(
            `format: "${String(format)}" is not for public keys; use spki, raw or jwk, and key.exportPrivate() for the private key`,
            'NotSupportedError',
          )
      }
    })
  }

  /** Derives bits with a key agreement (`ECDH`, `X25519`) or a derivation (`HKDF`, without salt). */
  async deriveBits(
    algorithm: SubtleAlgorithm,
    key: DerivationKey | AgreementKey,
    length: number,
  ): Promise<ArrayBuffer> {
    const wanted = parameters(algorithm)
    if (!Number.isInteger(length) || length <= 0 || length % 8 !== 0) {
      throw new DOMException('length: must be a multiple of 8 above 0', 'OperationError')
    }
    return await translated(async () => {
      const given = own(key)
      if (given instanceof DerivationKey) {
        if (wanted.salt !== undefined && wanted.salt.byteLength > 0) {
          throw new DOMException('salt: use parsec.raw.deriveBytes() for a salt', 'NotSupportedError')
        }
        return buffer(await given.deriveBytes(wanted.info ?? new Uint8Array(), length / 8))
      }
      if (given instanceof AgreementKey) {
        const secret = await given.agree(await peer(wanted.public))
        if (secret.byteLength * 8 < length) {
          throw new DOMException('length: longer than the shared secret', 'OperationError')
        }
        return buffer(secret.subarray(0, length / 8))
      }
      throw refused(given, 'derive bits')
    })
  }
}

const USAGES: Record<string, readonly string[]> = {
  signing: ['sign', 'verify'],
  mac: ['sign', 'verify'],
  symmetric: ['encrypt', 'decrypt'],
  decryption: ['encrypt', 'decrypt'],
  derivation: ['deriveBits', 'deriveKey'],
  agreement: ['deriveBits', 'deriveKey'],
  wrapping: ['wrapKey', 'unwrapKey'],
}

function parameters(algorithm: SubtleAlgorithm): { name: string } & SubtleParameters {
  const given = typeof algorithm === 'string' ? { name: algorithm } : algorithm
  if (typeof given !== 'object' || given === null || typeof given.name !== 'string') {
    throw new TypeError(`algorithm: must be a name or an object with one, not ${describe(algorithm)}`)
  }
  return given
}

function hashOption(hash: SubtleParameters['hash']): HashName | undefined {
  return (typeof hash === 'object' ? hash.name : hash) as HashName | undefined
}

/** Returns the hash of the call. The algorithm must be the key's own. */
function hashed(algorithm: SubtleAlgorithm, key: SigningKey | VerifyingKey): { hash?: HashName | undefined } {
  const { name, hash } = parameters(algorithm)
  const policy = JSON.stringify(key.attributes.keyPolicy.keyAlgorithm)
  const wanted = { ECDSA: 'ecdsa', 'RSA-PSS': 'rsa-pss', 'RSASSA-PKCS1-v1_5': 'rsa-pkcs1v15', Ed25519: 'eddsa' }[name]
  if (wanted === undefined || !policy.includes(wanted)) {
    throw new DOMException(`algorithm: the key "${key.name}" is not for ${name}`, 'InvalidAccessError')
  }
  const option = hashOption(hash)
  return option === undefined ? {} : { hash: option }
}

function crypting(
  algorithm: SubtleAlgorithm,
  key: SymmetricKey | DecryptionKey,
  what: string,
): { given: SymmetricKey | DecryptionKey; context: Bytes | undefined } {
  const { iv, tagLength, label, additionalData } = parameters(algorithm)
  const given = own(key)
  if (!(given instanceof SymmetricKey || given instanceof DecryptionKey)) throw refused(given, what)
  if (iv !== undefined) {
    throw new DOMException(
      'iv: is generated for each message and precedes the ciphertext; use parsec.raw.psaAeadEncrypt() to choose it',
      'NotSupportedError',
    )
  }
  if (tagLength !== undefined && tagLength !== 128) {
    throw new DOMException('tagLength: must be 128 bits', 'NotSupportedError')
  }
  return { given, context: given instanceof SymmetricKey ? additionalData : label }
}

function keyOptions(wanted: { name: string } & SubtleParameters): KeyOptions {
  const hash = hashOption(wanted.hash)
  const withHash = hash === undefined ? {} : { hash }
  const algorithm = ((): Algorithm | undefined => {
    switch (wanted.name) {
      case 'ECDSA':
        return CURVES[wanted.namedCurve ?? '']
      case 'Ed25519':
      case 'X25519':
        return wanted.name
      case 'ECDH':
        return wanted.namedCurve === 'P-256' ? 'ECDH-P256' : undefined
      case 'RSA-PSS':
      case 'RSASSA-PKCS1-v1_5':
        return `RSA-${String(wanted.modulusLength ?? 3072)}` as Algorithm
      case 'RSA-OAEP':
        return `RSA-OAEP-${String(wanted.modulusLength ?? 3072)}` as Algorithm
      case 'AES-GCM':
        return wanted.length === 128 ? 'AES-128-GCM' : wanted.length === 256 ? 'AES-256-GCM' : undefined
      case 'HMAC':
      case 'HKDF':
        return wanted.name
      default:
        return undefined
    }
  })()
  if (algorithm === undefined) {
    throw new DOMException(`algorithm: not supported: ${JSON.stringify(wanted)}`, 'NotSupportedError')
  }
  return {
    algorithm,
    ...withHash,
    ...(wanted.name === 'RSASSA-PKCS1-v1_5' ? { padding: 'pkcs1' as const } : {}),
  }
}

/** Returns a key of the service; an error with advice for other keys. */
function own(key: unknown): Key {
  if (key instanceof Key) return key
  if (types.isCryptoKey(key)) {
    throw new DOMException(
      'key: is a native CryptoKey; use crypto.subtle for it, or parsec.import() to import it',
      'InvalidAccessError',
    )
  }
  throw new TypeError(`key: must be a key of this client, not ${describe(key)}`)
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
  return new DOMException(`key: the ${key.role} key "${key.name}" cannot ${what}`, 'InvalidAccessError')
}

async function peer(key: SubtleParameters['public']): Promise<Uint8Array> {
  if (key instanceof AgreementKey) return await key.exportPublic()
  if (key instanceof PublicKey) return key.toRaw()
  if (types.isCryptoKey(key)) return new Uint8Array(await webcrypto.subtle.exportKey('raw', key))
  if (key === undefined) throw new TypeError('algorithm.public: the public key of the peer is missing')
  return bytes(key, 'algorithm.public')
}

function buffer(view: Uint8Array): ArrayBuffer {
  const whole = view.byteLength === view.buffer.byteLength && view.buffer instanceof ArrayBuffer
  return whole ? view.buffer : view.slice().buffer
}

/** Converts errors of the service to `DOMException`s with WebCrypto's names. */
async function translated<T>(work: () => Promise<T>): Promise<T> {
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
