/** Algorithms as WebCrypto writes them, with exactly the parameters of each operation. */

import type { webcrypto } from 'node:crypto'

import { hashName } from '../arguments.js'
import { bytes, describe, type Bytes } from '../bytes.js'
import type { AgreementKey } from '../generated/handles/agreement-key.js'
import type { PublicKey } from '../public-key.js'

/** An algorithm as WebCrypto writes it: its name, or an object with `name`. */
export type SubtleAlgorithm = string | ({ name: string } & SubtleParameters)

/** Parameters of WebCrypto algorithms. A parameter that the algorithm or the operation does not have is an error. */
export interface SubtleParameters {
  hash?: string | { name: string } | undefined
  namedCurve?: string | undefined
  modulusLength?: number | undefined
  publicExponent?: Uint8Array | undefined
  length?: number | undefined
  saltLength?: number | undefined
  label?: Bytes | undefined
  additionalData?: Bytes | undefined
  iv?: Bytes | undefined
  tagLength?: number | undefined
  info?: Bytes | undefined
  salt?: Bytes | undefined
  public?: AgreementKey | PublicKey | webcrypto.CryptoKey | Bytes | undefined
}

/** An operation whose algorithm has parameters. */
export type Operation = 'sign' | 'verify' | 'encrypt' | 'decrypt' | 'digest' | 'generateKey' | 'deriveBits'

/** Parameters by operation; those with `!` are required. */
type Rules = Partial<Record<Operation, readonly `${keyof SubtleParameters}${'' | '!'}`[]>>

const ecdsa: Rules = { sign: ['hash!'], verify: ['hash!'], generateKey: ['namedCurve!', 'hash'] }
const rsa = ['modulusLength!', 'hash!', 'publicExponent'] as const
const pss: Rules = { sign: ['saltLength!', 'hash'], verify: ['saltLength!', 'hash'], generateKey: rsa }
const pkcs1: Rules = { sign: ['hash'], verify: ['hash'], generateKey: rsa }
const eddsa: Rules = { sign: [], verify: [], generateKey: [] }
const hmac: Rules = { sign: ['hash'], verify: ['hash'], generateKey: ['hash!', 'length'] }
const oaep: Rules = { encrypt: ['label', 'hash'], decrypt: ['label', 'hash'], generateKey: rsa }
const aead = ['iv', 'additionalData', 'tagLength'] as const
const gcm: Rules = { encrypt: aead, decrypt: aead, generateKey: ['length!'] }
const chacha: Rules = { encrypt: aead, decrypt: aead, generateKey: [] }
const hkdf: Rules = { deriveBits: ['hash!', 'salt!', 'info!'], generateKey: ['hash!'] }
const ecdh: Rules = { deriveBits: ['public!'], generateKey: ['namedCurve!'] }
const x25519: Rules = { deriveBits: ['public!'], generateKey: [] }
const digest: Rules = { digest: [] }

/** The algorithms of WebCrypto that keys of the service can have, and the parameters of each operation. */
export const ALGORITHM_RULES: Readonly<Record<string, Rules>> = {
  ECDSA: ecdsa,
  'RSA-PSS': pss,
  'RSASSA-PKCS1-v1_5': pkcs1,
  Ed25519: eddsa,
  HMAC: hmac,
  'RSA-OAEP': oaep,
  'AES-GCM': gcm,
  'ChaCha20-Poly1305': chacha,
  HKDF: hkdf,
  ECDH: ecdh,
  X25519: x25519,
  'SHA-1': digest,
  'SHA-256': digest,
  'SHA-384': digest,
  'SHA-512': digest,
  'SHA3-256': digest,
  'SHA3-384': digest,
  'SHA3-512': digest,
}

/** The parameters of one operation, checked. Names of hash functions are those of the contracts. */
export interface Parameters extends Omit<SubtleParameters, 'hash'> {
  /** The name as WebCrypto writes it. */
  name: string
  hash?: string | undefined
}

/** Checks an algorithm and its parameters, which must be those of the operation. */
export function parameters(operation: Operation, algorithm: SubtleAlgorithm): Parameters {
  const given = typeof algorithm === 'string' ? { name: algorithm } : algorithm
  if (typeof given !== 'object' || given === null || typeof given.name !== 'string') {
    throw new TypeError(`algorithm: must be a name or an object with one, not ${describe(algorithm)}`)
  }
  const wanted = given.name.toLowerCase()
  const [name, rules] = Object.entries(ALGORITHM_RULES).find(([known]) => known.toLowerCase() === wanted) ?? []
  const known = rules?.[operation]
  if (name === undefined || known === undefined) {
    throw notSupported(`algorithm: ${operation} does not support "${given.name}" with keys of the service`)
  }
  const all: Parameters = { ...(given as Omit<SubtleParameters, 'hash'>), name, hash: undefined }
  for (const member of Object.keys(given)) {
    const has = known.some((rule) => rule.replace('!', '') === member)
    if (member === 'name' || has || given[member as keyof SubtleParameters] === undefined) continue
    throw new TypeError(`algorithm.${member}: is not a parameter of ${name} in ${operation}`)
  }
  for (const rule of known) {
    const member = rule.replace('!', '') as keyof SubtleParameters
    if (rule !== member && given[member] === undefined) {
      throw new TypeError(`algorithm.${member}: is required for ${name} in ${operation}`)
    }
  }
  const hash = given.hash
  if (hash !== undefined) all.hash = hashOf(hash)
  for (const member of ['modulusLength', 'length', 'saltLength', 'tagLength'] as const) {
    const value: unknown = all[member]
    if (value !== undefined && typeof value !== 'number') {
      throw new TypeError(`algorithm.${member}: must be a number, not ${describe(value)}`)
    }
  }
  for (const member of ['label', 'additionalData', 'iv', 'info', 'salt'] as const) {
    const value = all[member]
    if (value !== undefined) all[member] = bytes(value, `algorithm.${member}`)
  }
  return all
}

function hashOf(hash: NonNullable<SubtleParameters['hash']>): string {
  const name: unknown = typeof hash === 'object' && hash !== null ? hash.name : hash
  if (typeof name !== 'string') throw new TypeError(`algorithm.hash: must be a name, not ${describe(name)}`)
  try {
    return hashName(name, 'algorithm.hash')
  } catch {
    throw notSupported(`algorithm.hash: "${name}" is not a known hash function`)
  }
}

/** The length of a hash in bytes. */
export function hashLength(hash: string): number {
  const bits = /-(224|256|384|512)$/.exec(hash)?.[1]
  if (bits === undefined && hash !== 'sha-1') throw notSupported(`algorithm.hash: WebCrypto has no ${hash}`)
  return bits === undefined ? 20 : Number(bits) / 8
}

/** The error for something that WebCrypto has and keys of the service do not. */
export function notSupported(message: string): DOMException {
  return new DOMException(message, 'NotSupportedError')
}

/** The error for a key that is not for the algorithm or the operation. */
export function invalidAccess(message: string): DOMException {
  return new DOMException(message, 'InvalidAccessError')
}
