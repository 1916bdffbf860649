/** Keys that encrypt and protect data. */

import { Duplex } from 'node:stream'

import { bytes, optionalBytes, type Bytes } from '../bytes.js'
import { checkOptions, type CallOptions } from '../call.js'
import { whole } from '../spec.js'
import { collect, pump, type Source, type StreamOptions } from '../streams.js'
import { Key } from './key.js'

/** What may be said of encrypting and decrypting. */
export interface CipherOptions extends CallOptions {
  /** What is protected with the data but not encrypted, and needed again to decrypt. */
  additionalData?: Bytes | undefined
}

/** What may be said of decrypting data in pieces. */
export interface DecryptStreamOptions extends CipherOptions, StreamOptions {
  /**
   * Hand out plaintext before the tag at the end was checked. Do nothing with it that cannot be
   * undone: what was changed shows only in the error at the end.
   */
  unverified?: boolean | undefined
  /** The most bytes to hold back until the tag was checked: 1 GiB unless said otherwise. */
  maxBuffer?: number | undefined
}

const MAX_BUFFER = 2 ** 30
const NOTHING = new Uint8Array()

/**
 * A key that encrypts and protects data: AES-GCM and its kind.
 *
 * @example
 * ```ts
 * const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM' })
 * const sealed = await vault.encrypt(new TextEncoder().encode('hello'))
 * const opened = await vault.decrypt(sealed)
 * console.log(new TextDecoder().decode(opened))
 * ```
 */
export class SymmetricKey extends Key {
  override readonly role = 'symmetric'

  /**
   * Encrypts: a fresh random nonce of 12 bytes, the ciphertext, the tag. More than four thousand
   * million messages under one key would make a repeated nonce likely.
   */
  async encrypt(plaintext: Bytes, options: CipherOptions = {}): Promise<Uint8Array> {
    checkOptions(options)
    const data = bytes(plaintext, 'plaintext')
    const context = optionalBytes(options.additionalData, 'options.additionalData')
    return await this.run('encrypt', options, (call) => this.native.encrypt(data, context, call))
  }

  /**
   * Decrypts what {@link encrypt} or {@link encryptStream} gave.
   *
   * @throws InvalidSignatureError if anything of it was changed, or was encrypted under another key
   * or other additional data.
   */
  async decrypt(sealed: Bytes, options: CipherOptions = {}): Promise<Uint8Array> {
    checkOptions(options)
    const data = bytes(sealed, 'sealed')
    const context = optionalBytes(options.additionalData, 'options.additionalData')
    return await this.run('decrypt', options, (call) => this.native.decrypt(data, context, call))
  }

  /**
   * Encrypts data in pieces: a stream of Node.js or of the Web, or any async iterable. All that
   * comes out, in a row, is what {@link decrypt} takes. It asks for more only as it is read.
   *
   * @example
   * ```ts
   * import { Readable } from 'node:stream'
   *
   * const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM' })
   * const source = Readable.from([new Uint8Array(1000), new Uint8Array(1000)])
   * for await (const piece of vault.encryptStream(source)) console.log(piece.byteLength)
   * ```
   */
  encryptStream(source: Source, options: CipherOptions & StreamOptions = {}): AsyncGenerator<Uint8Array, void, void> {
    checkOptions(options)
    const timed = this.timed(options)
    return pump('encryptStream', this.name, source, timed, (call) => {
      const context = optionalBytes(options.additionalData, 'options.additionalData') ?? NOTHING
      return this.native.encryptStream(context, length(options), call)
    })
  }

  /**
   * Decrypts data in pieces. Nothing comes out before the tag at its end was checked, so it is held
   * in memory, up to `maxBuffer`; `unverified` gives it as it comes, and an error at the end if
   * anything was changed.
   *
   * @throws InvalidSignatureError as {@link decrypt}.
   */
  async *decryptStream(source: Source, options: DecryptStreamOptions = {}): AsyncGenerator<Uint8Array, void, void> {
    checkOptions(options)
    const { maxBuffer = MAX_BUFFER } = options
    whole(maxBuffer, 'options.maxBuffer', 0, Number.MAX_SAFE_INTEGER)
    const plaintext = pump('decryptStream', this.name, source, this.timed(options), (call) => {
      const context = optionalBytes(options.additionalData, 'options.additionalData') ?? NOTHING
      return this.native.decryptStream(context, length(options), call)
    })
    if (options.unverified === true) yield* plaintext
    else yield await collect(plaintext, maxBuffer)
  }

  /**
   * {@link encryptStream} as a Node.js transform, for `pipeline`; `Duplex.toWeb` makes a pair of
   * Web streams of it.
   *
   * @example
   * ```ts
   * import { createReadStream, createWriteStream } from 'node:fs'
   * import { pipeline } from 'node:stream/promises'
   *
   * const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM' })
   * await pipeline(createReadStream('plain'), vault.encryptTransform(), createWriteStream('sealed'))
   * ```
   */
  encryptTransform(options: CipherOptions & StreamOptions = {}): Duplex {
    return Duplex.from((source: AsyncIterable<Bytes>) => this.encryptStream(source, options))
  }

  /** {@link decryptStream} as a Node.js transform. */
  decryptTransform(options: DecryptStreamOptions = {}): Duplex {
    return Duplex.from((source: AsyncIterable<Bytes>) => this.decryptStream(source, options))
  }
}

function length(options: StreamOptions): number | undefined {
  return options.length === undefined
    ? undefined
    : whole(options.length, 'options.length', 0, Number.MAX_SAFE_INTEGER)
}
