/** New keys for WebCrypto's algorithms. */

import { describe } from '../bytes.js'
import { ALGORITHMS, type Algorithm, type HashName, type KeyOptions } from '../spec.js'
import { hashLength, notSupported, type Parameters } from './parameters.js'

const CURVES: Readonly<Record<string, Algorithm>> = {
  'ECDSA P-256': 'ECDSA-P256',
  'ECDSA P-384': 'ECDSA-P384',
  'ECDSA P-521': 'ECDSA-P521',
  'ECDH P-256': 'ECDH-P256',
}

/** The options of a new key of exactly this algorithm. */
export function keyOptions(wanted: Parameters): KeyOptions {
  const hash = wanted.hash?.toUpperCase() as HashName | undefined
  const { name } = wanted
  switch (name) {
    case 'ECDSA':
    case 'ECDH': {
      const algorithm = CURVES[`${name} ${String(wanted.namedCurve)}`]
      if (algorithm === undefined) throw notSupported(`algorithm.namedCurve: ${name} does not support it`)
      return { algorithm, hash }
    }
    case 'RSA-PSS':
    case 'RSASSA-PKCS1-v1_5':
    case 'RSA-OAEP': {
      checkExponent(wanted.publicExponent)
      const algorithm = `${name === 'RSA-OAEP' ? name : 'RSA'}-${String(wanted.modulusLength)}` as Algorithm
      if (!Object.values(ALGORITHMS).flat().includes(algorithm)) {
        throw notSupported(`algorithm.modulusLength: ${name} does not support it`)
      }
      return { algorithm, hash, padding: name === 'RSASSA-PKCS1-v1_5' ? 'pkcs1' : undefined }
    }
    case 'AES-GCM':
      if (wanted.length === 128) return { algorithm: 'AES-128-GCM' }
      if (wanted.length === 256) return { algorithm: 'AES-256-GCM' }
      throw notSupported('algorithm.length: must be 128 or 256')
    case 'HMAC': {
      const bits = hashLength(String(wanted.hash)) * 8
      if (wanted.length !== undefined && wanted.length !== bits) {
        throw notSupported(`algorithm.length: must be ${bits}, the length of the hash`)
      }
      return { algorithm: 'HMAC', hash }
    }
    default:
      return { algorithm: name as Algorithm, hash }
  }
}

function checkExponent(exponent: unknown): void {
  if (exponent === undefined) return
  if (!ArrayBuffer.isView(exponent)) {
    throw new TypeError(`algorithm.publicExponent: must be a Uint8Array, not ${describe(exponent)}`)
  }
  const { buffer, byteOffset, byteLength } = exponent
  const hex = Buffer.from(buffer, byteOffset, byteLength).toString('hex').replace(/^0+/, '')
  if (hex !== '10001') throw notSupported('algorithm.publicExponent: must be 65537, as bytes [1, 0, 1]')
}

/** The usages of an algorithm, those that WebCrypto has besides, and those without which a new key would permit more. */
const USAGES: Readonly<Record<string, { all: string[]; besides?: string[]; needed: string[] }>> = {
  ECDSA: { all: ['sign', 'verify'], needed: ['sign'] },
  Ed25519: { all: ['sign', 'verify'], needed: ['sign'] },
  'RSA-PSS': { all: ['sign', 'verify'], needed: ['sign'] },
  'RSASSA-PKCS1-v1_5': { all: ['sign', 'verify'], needed: ['sign'] },
  HMAC: { all: ['sign', 'verify'], needed: ['sign'] },
  'AES-GCM': { all: ['encrypt', 'decrypt'], besides: ['wrapKey', 'unwrapKey'], needed: ['encrypt', 'decrypt'] },
  'ChaCha20-Poly1305': {
    all: ['encrypt', 'decrypt'],
    besides: ['wrapKey', 'unwrapKey'],
    needed: ['encrypt', 'decrypt'],
  },
  'RSA-OAEP': { all: ['encrypt', 'decrypt'], besides: ['wrapKey', 'unwrapKey'], needed: ['decrypt'] },
  HKDF: { all: ['deriveBits', 'deriveKey'], needed: ['deriveBits'] },
  ECDH: { all: ['deriveBits', 'deriveKey'], needed: ['deriveBits'] },
  X25519: { all: ['deriveBits', 'deriveKey'], needed: ['deriveBits'] },
}

/** Checks that a new key of the algorithm permits these usages, and with its private key no others. */
export function checkUsages(name: string, usages: readonly string[]): void {
  const given: unknown = usages
  if (!Array.isArray(given)) throw new TypeError(`usages: must be an array, not ${describe(usages)}`)
  const { all, besides = [], needed } = USAGES[name] ?? { all: [], needed: [] }
  for (const usage of usages) {
    if (all.includes(usage)) continue
    if (besides.includes(usage)) throw notSupported(`usages: ${name} keys of the service do not support "${usage}"`)
    throw new DOMException(`usages: ${name} has no use "${usage}"`, 'SyntaxError')
  }
  if (usages.length === 0) throw new DOMException('usages: must not be empty', 'SyntaxError')
  for (const usage of needed) {
    if (usages.includes(usage)) continue
    throw notSupported(`usages: ${name} keys of the service always permit "${usage}"; name it too`)
  }
}
