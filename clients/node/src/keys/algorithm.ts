/** The algorithm in the policy of a key. */

import type { KeyAttributes, SignHash } from '../generated/types.js'

/** The algorithm of signatures in the policy, and its hash function, if the policy permits only one. */
export function signature(attributes: KeyAttributes): { name: string; hash: string | undefined } | undefined {
  const algorithm = attributes.keyPolicy.keyAlgorithm
  if (typeof algorithm !== 'object' || !('asymmetric-signature' in algorithm)) return undefined
  const alg = algorithm['asymmetric-signature']
  if (typeof alg === 'string') return { name: alg, hash: undefined }
  const [entry] = Object.entries<{ hashAlg: SignHash }>(alg as Record<string, { hashAlg: SignHash }>)
  if (entry === undefined) return undefined
  const [name, { hashAlg }] = entry
  return { name, hash: typeof hashAlg === 'object' ? hashAlg.specific : undefined }
}

/** The hash function of a key for RSA-OAEP. */
function oaepHash(attributes: KeyAttributes): string | undefined {
  const algorithm = attributes.keyPolicy.keyAlgorithm
  if (typeof algorithm !== 'object' || !('asymmetric-encryption' in algorithm)) return undefined
  const alg = algorithm['asymmetric-encryption']
  return typeof alg === 'object' ? alg['rsa-oaep'].hashAlg : undefined
}

/** The hash function of the policy, if it permits only one. */
export function hashOf(attributes: KeyAttributes): string | undefined {
  return signature(attributes)?.hash
}

/** The WebCrypto algorithm and usages of a public key, where they depend on the attributes of the key. */
export function publicUse(attributes: KeyAttributes): {
  algorithm?: { name: string; hash: string } | undefined
  usages?: 'encrypt'[] | undefined
} {
  const policy = attributes.keyPolicy.keyAlgorithm
  if (typeof policy === 'object' && 'asymmetric-encryption' in policy) {
    const hash = oaepHash(attributes) ?? 'sha-256'
    return { algorithm: { name: 'RSA-OAEP', hash: hash.toUpperCase() }, usages: ['encrypt'] }
  }
  if (typeof policy === 'object' && 'key-agreement' in policy) return { usages: [] }
  const { name, hash = 'sha-256' } = signature(attributes) ?? {}
  const padding = { 'rsa-pss': 'RSA-PSS', 'rsa-pkcs1v15-sign': 'RSASSA-PKCS1-v1_5' }[String(name)]
  return padding === undefined ? {} : { algorithm: { name: padding, hash: hash.toUpperCase() } }
}

const CURVES: Record<string, string> = {
  'secp-r1 256 sha-256': 'ES256',
  'secp-r1 384 sha-384': 'ES384',
  'secp-r1 521 sha-512': 'ES512',
  'secp-k1 256 sha-256': 'ES256K',
}

/** The name of the key's algorithm in JOSE (RFC 7518), if it has one. */
export function joseAlgorithm(attributes: KeyAttributes): string | undefined {
  const found = signature(attributes)
  if (found === undefined) return undefined
  const { name, hash = '' } = found
  const size = /^sha-(256|384|512)$/.exec(hash)?.[1]
  switch (name) {
    case 'pure-eddsa':
      return 'EdDSA'
    case 'rsa-pss':
      return size && `PS${size}`
    case 'rsa-pkcs1v15-sign':
      return size && `RS${size}`
    case 'ecdsa':
    case 'deterministic-ecdsa': {
      const type = attributes.keyType
      const pair = typeof type === 'object' && 'ecc-key-pair' in type ? type['ecc-key-pair'] : undefined
      return pair && CURVES[`${pair.curveFamily} ${String(attributes.keyBits)} ${hash}`]
    }
    default:
      return undefined
  }
}
