/** Key pairs that decrypt what others encrypt. */

import { bytes, optionalBytes, type Bytes } from '../bytes.js'
import { checkOptions, type CallOptions } from '../call.js'
import type { NativeKey } from '../native.js'
import { PublicKey } from '../public-key.js'
import { oaepHash } from './algorithm.js'
import { Key } from './key.js'

/** What may be said of RSA-OAEP. */
export interface OaepOptions extends CallOptions {
  /** What both sides have to give alike. */
  label?: Bytes | undefined
}

/**
 * A key pair that decrypts short messages: RSA-OAEP.
 *
 * @example
 * ```ts
 * const key = await parsec.getOrGenerate('mail', { algorithm: 'RSA-OAEP-2048' })
 * const sealed = await key.encrypt(new TextEncoder().encode('hello'))
 * console.log(new TextDecoder().decode(await key.decrypt(sealed)))
 *
 * // Others need the public key alone, and no service.
 * const theirs = await key.publicKey.toCryptoKey()
 * const letter = await crypto.subtle.encrypt('RSA-OAEP', theirs, new TextEncoder().encode('hi'))
 * console.log(new TextDecoder().decode(await key.decrypt(letter)))
 * ```
 */
export class DecryptionKey extends Key {
  override readonly role = 'decryption'

  /** The public key, for others to encrypt with: plain data. */
  readonly publicKey: PublicKey

  /** @internal */
  constructor(key: NativeKey, timeout?: number) {
    super(key, timeout)
    const hash = oaepHash(this.attributes) ?? 'sha-256'
    this.publicKey = new PublicKey(key.publicKey(), {
      algorithm: { name: 'RSA-OAEP', hash: hash.toUpperCase() },
      usages: ['encrypt'],
    })
  }

  /** Encrypts a short message, in the service. */
  async encrypt(plaintext: Bytes, options: OaepOptions = {}): Promise<Uint8Array> {
    checkOptions(options)
    const data = bytes(plaintext, 'plaintext')
    const label = optionalBytes(options.label, 'options.label')
    return await this.run('encrypt', options, (call) => this.native.encrypt(data, label, call))
  }

  /**
   * Decrypts.
   *
   * @throws DecryptionFailedError for all causes alike.
   */
  async decrypt(ciphertext: Bytes, options: OaepOptions = {}): Promise<Uint8Array> {
    checkOptions(options)
    const data = bytes(ciphertext, 'ciphertext')
    const label = optionalBytes(options.label, 'options.label')
    return await this.run('decrypt', options, (call) => this.native.decrypt(data, label, call))
  }
}
