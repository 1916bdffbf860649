/** Keys of the service, as WebCrypto describes keys. */

import { types } from 'node:util'

import { describe } from '../bytes.js'
import { Key } from '../generated/handles/key.js'
import type { KeyAttributes } from '../generated/types.js'
import { signature } from '../keys/algorithm.js'
import { invalidAccess } from './parameters.js'

/** The algorithm that the policy of a key permits. */
export interface KeyAlgorithm {
  name: string
  /** The hash function; `any` if the policy permits every one. */
  hash?: string
  namedCurve?: string
  /** The length of the tag in bits. */
  tagLength?: number
}

const CURVES: Readonly<Record<string, string>> = {
  'secp-r1 256': 'P-256',
  'secp-r1 384': 'P-384',
  'secp-r1 521': 'P-521',
  'montgomery 255': 'X25519',
  'twisted-edwards 255': 'Ed25519',
}

function curve({ keyType, keyBits }: KeyAttributes): string | undefined {
  if (typeof keyType !== 'object') return undefined
  const [of] = Object.values(keyType) as { curveFamily?: string }[]
  return CURVES[`${String(of?.curveFamily)} ${keyBits}`]
}

/** The algorithm of a key, or `undefined` if WebCrypto has none for it. */
export function algorithmOf(attributes: KeyAttributes): KeyAlgorithm | undefined {
  const algorithm = attributes.keyPolicy.keyAlgorithm
  if (typeof algorithm !== 'object') return undefined
  const namedCurve = curve(attributes)
  if ('asymmetric-signature' in algorithm) {
    const { name, hash = 'any' } = signature(attributes) ?? {}
    switch (name) {
      case 'pure-eddsa':
        return namedCurve === 'Ed25519' ? { name: namedCurve } : undefined
      case 'rsa-pss':
        return { name: 'RSA-PSS', hash }
      case 'rsa-pkcs1v15-sign':
        return { name: 'RSASSA-PKCS1-v1_5', hash }
      case 'ecdsa':
      case 'ecdsa-any':
      case 'deterministic-ecdsa':
        return namedCurve?.startsWith('P-') ? { name: 'ECDSA', namedCurve, hash } : undefined
      default:
        return undefined
    }
  }
  if ('asymmetric-encryption' in algorithm) {
    const alg = algorithm['asymmetric-encryption']
    return typeof alg === 'object' ? { name: 'RSA-OAEP', hash: alg['rsa-oaep'].hashAlg } : undefined
  }
  if ('aead' in algorithm) {
    const of = algorithm.aead
    const [alg, tagLength] =
      'aead-with-default-length-tag' in of
        ? [of['aead-with-default-length-tag'], 128]
        : [of['aead-with-shortened-tag'].aeadAlg, of['aead-with-shortened-tag'].tagLength * 8]
    const name = { gcm: 'AES-GCM', 'chacha20-poly1305': 'ChaCha20-Poly1305', ccm: undefined }[alg]
    if (name === 'AES-GCM' && attributes.keyType !== 'aes') return undefined
    return name === undefined ? undefined : { name, tagLength }
  }
  if ('mac' in algorithm) {
    const full = 'full-length' in algorithm.mac ? algorithm.mac['full-length'] : undefined
    return typeof full === 'object' ? { name: 'HMAC', hash: full.hmac.hashAlg } : undefined
  }
  if ('key-derivation' in algorithm) {
    const alg = algorithm['key-derivation']
    return typeof alg === 'object' && 'hkdf' in alg ? { name: 'HKDF', hash: alg.hkdf.hashAlg } : undefined
  }
  if ('key-agreement' in algorithm) {
    if (namedCurve === 'X25519') return { name: namedCurve }
    return namedCurve?.startsWith('P-') ? { name: 'ECDH', namedCurve } : undefined
  }
  return undefined
}

/** A key of the service whose policy permits the algorithm. */
export interface Matched {
  key: Key
  own: KeyAlgorithm
}

/** Checks that this is a key of the service, for the algorithm. */
export function matched(key: unknown, name: string): Matched {
  const given = ownKey(key)
  const own = algorithmOf(given.attributes)
  if (own?.name === name) return { key: given, own }
  const is = own === undefined ? 'an algorithm that WebCrypto does not have' : own.name
  throw invalidAccess(`algorithm: the ${given.role} key "${given.name}" is for ${is}, not for ${name}`)
}

/** The hash function of a call: that of the key, which the call may name. */
export function matchedHash({ key, own }: Matched, wanted: string | undefined): string | undefined {
  if (own.hash === undefined) return undefined
  if (own.hash !== 'any') {
    if (wanted === undefined || wanted === own.hash) return own.hash
    throw invalidAccess(`algorithm.hash: the key "${key.name}" is for ${own.hash.toUpperCase()}`)
  }
  if (wanted !== undefined) return wanted
  throw new TypeError(`algorithm.hash: is required, because the key "${key.name}" permits every hash function`)
}

/** Returns a key of the service; an error with advice for other keys. */
export function ownKey(key: unknown): Key {
  if (key instanceof Key) return key
  if (types.isCryptoKey(key)) {
    throw invalidAccess('key: is a native CryptoKey; use crypto.subtle for it, or parsec.import() to import it')
  }
  throw new TypeError(`key: must be a key of this client, not ${describe(key)}`)
}
