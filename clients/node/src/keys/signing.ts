/** Keys that sign and verify. */

import { createHash } from 'node:crypto'

import { bytes, pem, type Bytes } from '../bytes.js'
import { checkOptions, type CallOptions } from '../call.js'
import { InvalidSignatureError, NotSupportedError } from '../errors.js'
import { signJws, signJwt, type JwsHeader, type JwtClaims, type JwtOptions } from '../jws.js'
import { Limit } from '../limit.js'
import type { NativeKey } from '../native.js'
import { PublicKey } from '../public-key.js'
import { hashName, type HashName } from '../spec.js'
import { isSource, pieces, type Source, type StreamOptions } from '../streams.js'
import { hashOf, rsaUse } from './algorithm.js'
import { Key } from './key.js'

/** What may be said of a signature. */
export interface SignOptions extends CallOptions {
  /** The hash function, for keys whose policy leaves it open. */
  hash?: HashName | undefined
}

/** What a certificate signing request asks for. */
export interface CsrOptions extends CallOptions {
  /** Whose certificate: `CN=web,O=Example` (RFC 4514). */
  subject: string
  /** The names of hosts that it shall be for. */
  dnsNames?: readonly string[] | undefined
}

/** A certificate signing request (PKCS #10). */
export class Csr {
  readonly #der: Uint8Array

  /** @internal */
  constructor(der: Uint8Array) {
    this.#der = der
  }

  /** DER. */
  toDer(): Uint8Array {
    return Uint8Array.from(this.#der)
  }

  /** PEM with the label `CERTIFICATE REQUEST`. */
  toPem(): string {
    return pem('CERTIFICATE REQUEST', this.#der)
  }
}

/** What keys that verify have in common. */
abstract class Verifies extends Key {
  /** The public key: plain data. */
  readonly publicKey: PublicKey

  /** @internal */
  constructor(key: NativeKey, timeout?: number) {
    super(key, timeout)
    this.publicKey = new PublicKey(key.publicKey(), rsaUse(this.attributes))
  }

  /**
   * Whether a signature is that of a message: ECDSA signatures as r ‖ s, as WebCrypto has them. A
   * wrong signature is `false`; what else goes wrong is thrown.
   */
  async verify(
    signature: Bytes,
    message: Bytes | Source,
    options: SignOptions & StreamOptions = {},
  ): Promise<boolean> {
    return await holds(this.verifyOrThrow(signature, message, options))
  }

  /**
   * As {@link verify}, for those who want an error.
   *
   * @throws InvalidSignatureError if it does not match.
   */
  async verifyOrThrow(
    signature: Bytes,
    message: Bytes | Source,
    options: SignOptions & StreamOptions = {},
  ): Promise<void> {
    const given = bytes(signature, 'signature')
    checkOptions(options)
    if (isSource(message)) {
      const limit = new Limit('verify', this.name, this.timed(options))
      const digest = await this.digest(message, options, limit)
      await this.run('verify', limit.rest(), (call) => this.native.verifyHash(given, digest, call))
      return
    }
    const data = bytes(message, 'message')
    const hash = options.hash === undefined ? undefined : hashName(options.hash, 'options.hash')
    await this.run('verify', options, (call) => this.native.verify(given, data, hash, call))
  }

  /** As {@link verify}, of a hash that was made elsewhere. */
  async verifyHash(signature: Bytes, hash: Bytes, options: CallOptions = {}): Promise<boolean> {
    const [given, digest] = [bytes(signature, 'signature'), bytes(hash, 'hash')]
    return await holds(
      this.run('verifyHash', options, (call) => this.native.verifyHash(given, digest, call)),
    )
  }

  /** @internal The hash of data in pieces, made here. */
  protected async digest(source: Source, options: SignOptions & StreamOptions, limit: Limit): Promise<Uint8Array> {
    const name = options.hash === undefined ? hashOf(this.attributes) : hashName(options.hash, 'options.hash')
    if (name === undefined) {
      throw new NotSupportedError(
        `"${this.name}": a key of this kind signs whole messages, not data in pieces; collect the data first`,
      )
    }
    // OpenSSL writes "sha512-256".
    const hash = createHash(name.replace(/^sha-/, 'sha'))
    for await (const piece of pieces(source, options, limit)) hash.update(piece)
    return hash.digest()
  }
}

/**
 * A key pair that signs.
 *
 * @example
 * ```ts
 * const key = await parsec.getOrGenerate('web-tls')
 * const message = new TextEncoder().encode('hello')
 * const signature = await key.sign(message)
 * console.log(await key.verify(signature, message))
 * ```
 */
export class SigningKey extends Verifies {
  override readonly role = 'signing'

  /**
   * Signs a message: hashed as the key's policy says, here and not in the service, which gets only
   * the hash. The message may come in pieces. ECDSA signatures are r ‖ s, as WebCrypto has them.
   *
   * @throws NotPermittedError if the policy does not let the key sign.
   * @throws KeyNotFoundError if it was deleted.
   */
  async sign(message: Bytes | Source, options: SignOptions & StreamOptions = {}): Promise<Uint8Array> {
    checkOptions(options)
    if (isSource(message)) {
      const limit = new Limit('sign', this.name, this.timed(options))
      const digest = await this.digest(message, options, limit)
      return await this.run('sign', limit.rest(), (call) => this.native.signHash(digest, call))
    }
    const data = bytes(message, 'message')
    const hash = options.hash === undefined ? undefined : hashName(options.hash, 'options.hash')
    return await this.run('sign', options, (call) => this.native.sign(data, hash, call))
  }

  /** Signs the hash of a message that was made elsewhere. */
  async signHash(hash: Bytes, options: CallOptions = {}): Promise<Uint8Array> {
    const digest = bytes(hash, 'hash')
    return await this.run('signHash', options, (call) => this.native.signHash(digest, call))
  }

  /**
   * A JSON Web Signature (RFC 7515) in its compact form. The algorithm is the key's.
   *
   * @example
   * ```ts
   * const key = await parsec.getOrGenerate('web-tls')
   * const jws = await key.signJws('hello', { kid: 'web-1' })
   * console.log(jws)
   * ```
   */
  async signJws(payload: Bytes | string, header: JwsHeader = {}, options: CallOptions = {}): Promise<string> {
    return await signJws(this, payload, header, options)
  }

  /**
   * A JSON Web Token (RFC 7519).
   *
   * @example
   * ```ts
   * const key = await parsec.getOrGenerate('web-tls')
   * const jwt = await key.signJwt({ sub: 'alice' }, { issuer: 'https://example.org', expiresIn: 300 })
   * console.log(jwt)
   * ```
   */
  async signJwt(claims: JwtClaims, options: JwtOptions = {}): Promise<string> {
    return await signJwt(this, claims, options)
  }

  /**
   * A certificate signing request, for a certificate authority to make a certificate of.
   *
   * @example
   * ```ts
   * const key = await parsec.getOrGenerate('web-tls')
   * const csr = await key.toCsr({ subject: 'CN=web,O=Example', dnsNames: ['web.example.org'] })
   * console.log(csr.toPem())
   * ```
   */
  async toCsr(options: CsrOptions): Promise<Csr> {
    checkOptions(options)
    const { subject, dnsNames = [] } = options
    if (typeof subject !== 'string') throw new TypeError('options.subject: must be a string')
    if (!isNames(dnsNames)) {
      throw new TypeError('options.dnsNames: must be an array of strings')
    }
    const names = [...dnsNames]
    return new Csr(
      await this.run('toCsr', options, (call) => this.native.toCsr(subject, names, call)),
    )
  }

  /** @internal */
  get [Symbol.for('parsec.native')](): NativeKey {
    return this.native
  }
}

/** A public key in the service, that verifies signatures: somebody's that was imported. */
export class VerifyingKey extends Verifies {
  override readonly role = 'verifying'
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}

/** Whether it holds, of a check that throws when it doesn't. */
export async function holds(check: Promise<void>): Promise<boolean> {
  try {
    await check
    return true
  } catch (error) {
    if (error instanceof InvalidSignatureError) return false
    throw error
  }
}
