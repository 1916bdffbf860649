/** Import of keys. */

import { createPrivateKey, KeyObject, type JsonWebKey } from 'node:crypto'
import { types } from 'node:util'

import { bytes, describe, type Bytes } from './bytes.js'
import { fromJwk } from './public-key.js'
import { ALGORITHMS, type Algorithm } from './spec.js'

/** Key material in any form that can be imported. */
export type KeyMaterial = string | Bytes | KeyObject | JsonWebKey

const PAIRS = new Set<string>(
  [...ALGORITHMS.signing, ...ALGORITHMS.decryption, ...ALGORITHMS.agreement].map((name) => name.toLowerCase()),
)

/** The addon's form of key material: a pair as PEM or DER, or the bytes of another key. */
export function material(
  key: KeyMaterial,
  algorithm: Algorithm,
): { pair: true; data: string | Uint8Array } | { pair: false; data: Uint8Array } {
  const pair = PAIRS.has(algorithm.toLowerCase())
  if (typeof key === 'string') {
    if (pair) return { pair, data: key }
    throw new TypeError(`key: must be bytes or a KeyObject for ${algorithm}, not a string`)
  }
  if (ArrayBuffer.isView(key) || types.isAnyArrayBuffer(key)) {
    return { pair, data: bytes(key, 'key') }
  }
  if (key instanceof KeyObject) {
    if (key.type === 'secret') return { pair: false, data: key.export() }
    if (key.type === 'private') return { pair: true, data: key.export({ format: 'der', type: 'pkcs8' }) }
    throw new TypeError('key: is a public key; use importPublic')
  }
  if (typeof key === 'object' && key !== null && 'kty' in key) {
    if (key.kty === 'oct' && typeof key.k === 'string') {
      return { pair: false, data: Buffer.from(key.k, 'base64url') }
    }
    const object = fromJwk('key', () => createPrivateKey({ key, format: 'jwk' }))
    return { pair: true, data: object.export({ format: 'der', type: 'pkcs8' }) }
  }
  throw new TypeError(`key: must be PEM, DER, a JSON Web Key or a KeyObject, not ${describe(key)}`)
}
