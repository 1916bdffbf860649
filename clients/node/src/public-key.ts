/** Public keys, which are plain data. */

import { createPublicKey, KeyObject, webcrypto, type JsonWebKey } from 'node:crypto'
import { types } from 'node:util'

import { base64url, bytes, describe, type Bytes, type OwnBytes } from './bytes.js'
import { checkOptions } from './call.js'
import { fromNative } from './errors.js'
import { native } from './native.js'

/** A JSON Web Key (RFC 7517) of a public key. */
export interface PublicJwk {
  kty: 'EC' | 'RSA' | 'OKP'
  crv?: string
  x?: string
  y?: string
  n?: string
  e?: string
}

interface Forms {
  der: Uint8Array
  raw: Uint8Array
  pem: string
  jwk: string | null
  description: string
  bits: number
}

/** The use of a public key in the WebCrypto of Node.js. */
export interface CryptoKeyOptions {
  /** The algorithm for `crypto.subtle.importKey`. Default for elliptic curves: that of the curve. */
  algorithm?: webcrypto.AlgorithmIdentifier | webcrypto.RsaHashedImportParams | webcrypto.EcKeyImportParams | undefined
  /** The usages. Default: those of the key in the service. */
  usages?: webcrypto.KeyUsage[] | undefined
}

/**
 * A public key: plain data, independent of the service.
 *
 * @example
 * ```ts
 * const key = await parsec.getOrGenerate('web-tls')
 * console.log(key.publicKey.toPem(), key.publicKey.toJwk())
 * console.log(await key.publicKey.toCryptoKey())
 * ```
 */
export class PublicKey {
  readonly #forms: Forms
  readonly #use: CryptoKeyOptions

  /** @internal `use` is the use of the key, if it is known. */
  constructor(forms: unknown, use: CryptoKeyOptions = {}) {
    this.#forms = forms as Forms
    this.#use = use
  }

  /**
   * Reads a public key: PEM with the label `PUBLIC KEY`, DER of `SubjectPublicKeyInfo`, a JSON Web
   * Key or a `KeyObject`.
   *
   * @throws InvalidArgumentError if the public key is malformed.
   *
   * @example
   * ```ts
   * import { PublicKey } from '@parsec/client'
   *
   * const key = await parsec.getOrGenerate('web-tls')
   * const same = PublicKey.from(key.publicKey.toPem())
   * console.log(same.description)
   * ```
   */
  static from(material: PublicKeyMaterial): PublicKey {
    if (material instanceof PublicKey) return material
    try {
      return new PublicKey(native.readPublicKey(publicMaterial(material, 'material')))
    } catch (error) {
      throw fromNative(error)
    }
  }

  /** A description for people: `P-256`, `RSA 3072`. */
  get description(): string {
    return this.#forms.description
  }

  /** Size in bits of the curve's field or of the modulus. */
  get bits(): number {
    return this.#forms.bits
  }

  /** DER of `SubjectPublicKeyInfo` (RFC 5280). */
  toDer(): OwnBytes {
    return Uint8Array.from(this.#forms.der)
  }

  /** PEM with the label `PUBLIC KEY`. */
  toPem(): string {
    return this.#forms.pem
  }

  /** The format of the PSA Crypto API: a point `04 ‖ x ‖ y`, or `RSAPublicKey`. */
  toRaw(): OwnBytes {
    return Uint8Array.from(this.#forms.raw)
  }

  /** A JSON Web Key (RFC 7517). */
  toJwk(): PublicJwk {
    const jwk = this.#forms.jwk
    if (jwk !== null) return JSON.parse(jwk) as PublicJwk
    return this.toKeyObject().export({ format: 'jwk' }) as PublicJwk
  }

  /** Converts to a `KeyObject` of `node:crypto`. */
  toKeyObject(): KeyObject {
    return createPublicKey(this.#forms.pem)
  }

  /**
   * Converts to a `CryptoKey` of Node.js's own WebCrypto, to verify, encrypt or agree locally. Its use is
   * that of the key in the service. For an RSA public key of another origin the default is `RSA-PSS` with
   * SHA-256; select another use with `{ algorithm: { name: 'RSA-OAEP', hash: 'SHA-256' }, usages: ['encrypt'] }`.
   */
  async toCryptoKey(options: CryptoKeyOptions = {}): Promise<webcrypto.CryptoKey> {
    checkOptions(options, ['algorithm', 'usages'])
    const algorithm = options.algorithm ?? this.#use.algorithm ?? this.#algorithm()
    const usages = options.usages ?? this.#use.usages ?? this.#usages()
    return await webcrypto.subtle.importKey('spki', this.#forms.der, algorithm, true, usages)
  }

  #algorithm(): CryptoKeyOptions['algorithm'] & object {
    const { kty, crv } = this.toJwk()
    if (kty === 'RSA') return { name: 'RSA-PSS', hash: 'SHA-256' }
    if (kty === 'EC') {
      // A public key without usages is for key agreement.
      const name = this.#use.usages?.length === 0 ? 'ECDH' : 'ECDSA'
      return { name, namedCurve: crv ?? '' }
    }
    return { name: crv ?? '' }
  }

  #usages(): webcrypto.KeyUsage[] {
    return this.toJwk().crv?.startsWith('X') ? [] : ['verify']
  }

  /** The thumbprint of the key (RFC 7638) with SHA-256, in base64url: suitable as a key id. */
  async thumbprint(): Promise<string> {
    const jwk = this.toJwk()
    const text = JSON.stringify(jwk, Object.keys(jwk).sort())
    const hash = await webcrypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
    return base64url(new Uint8Array(hash))
  }
}

/** A public key in any supported format. */
export type PublicKeyMaterial = string | Bytes | KeyObject | PublicKey | PublicJwk | JsonWebKey

/** PEM or DER for the addon. */
export function publicMaterial(material: PublicKeyMaterial, argument: string): string | Uint8Array {
  if (typeof material === 'string') return material
  if (material instanceof PublicKey) return material.toDer()
  if (material instanceof KeyObject) {
    const key = material.type === 'private' ? createPublicKey(material) : material
    return key.export({ format: 'der', type: 'spki' })
  }
  if (ArrayBuffer.isView(material) || types.isAnyArrayBuffer(material)) {
    return bytes(material, argument)
  }
  if (typeof material === 'object' && material !== null && 'kty' in material) {
    const key = fromJwk(argument, () => createPublicKey({ key: { ...material }, format: 'jwk' }))
    return key.export({ format: 'der', type: 'spki' })
  }
  throw new TypeError(`${argument}: must be PEM, DER, a JSON Web Key or a KeyObject, not ${describe(material)}`)
}

/** Reads a JSON Web Key with `node:crypto`. The error of an invalid one names the argument. */
export function fromJwk(argument: string, make: () => KeyObject): KeyObject {
  try {
    return make()
  } catch (error) {
    const why = types.isNativeError(error) ? error.message : String(error)
    throw new TypeError(`${argument}: is not a valid JSON Web Key: ${why}`, { cause: error })
  }
}
