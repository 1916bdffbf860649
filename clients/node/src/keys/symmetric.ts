/** Keys for authenticated encryption: data in pieces. */

import { Duplex } from 'node:stream'

import { optional, size, whole } from '../arguments.js'
import { bytes, type Bytes, type OwnBytes } from '../bytes.js'
import { checkOptions } from '../call.js'
import { SymmetricKeyBase, type CipherOptions } from '../generated/handles/symmetric-key.js'
import { collect, pump, STREAM_OPTIONS, type Source, type StreamOptions } from '../streams.js'

/** Options of decryption in pieces. */
export interface DecryptStreamOptions extends CipherOptions, StreamOptions {
  /**
   * Whether to return plaintext before the tag at the end is verified. Do nothing irreversible with it:
   * only an error at the end shows that the data was changed.
   */
  unverified?: boolean | undefined
  /** The largest number of bytes to hold until the tag is verified. Default: 1 GiB. */
  maxBuffer?: number | undefined
}

const MAX_BUFFER = 2 ** 30
const NOTHING = new Uint8Array()
const OPTIONS = ['additionalData', ...STREAM_OPTIONS]

/**
 * A key for authenticated encryption, such as AES-GCM.
 *
 * @example
 * ```ts
 * const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM' })
 * const sealed = await vault.encrypt(new TextEncoder().encode('hello'))
 * const opened = await vault.decrypt(sealed)
 * console.log(new TextDecoder().decode(opened))
 * ```
 */
export class SymmetricKey extends SymmetricKeyBase {
  /**
   * Encrypts data in pieces: a stream of Node.js or of the Web, or any async iterable. The concatenated
   * output equals that of {@link encrypt}. The source is read on demand, as the output is read.
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
  encryptStream(source: Source, options: CipherOptions & StreamOptions = {}): AsyncGenerator<OwnBytes, void, void> {
    checkOptions(options, OPTIONS)
    const { native } = this.calls
    return pump('encryptStream', this.name, source, this.calls.timed(options), (call) =>
      native.symmetricEncryptStream(context(options), length(options), call),
    )
  }

  /**
   * Decrypts data in pieces. The plaintext is held in memory, up to `maxBuffer`, until the tag at
   * the end is verified. With `unverified`, each piece is returned immediately, and the end is an error if
   * the data was changed.
   *
   * @throws DecryptionFailedError if the data was changed.
   */
  async *decryptStream(source: Source, options: DecryptStreamOptions = {}): AsyncGenerator<OwnBytes, void, void> {
    checkOptions(options, ['unverified', 'maxBuffer', ...OPTIONS])
    const { maxBuffer = MAX_BUFFER } = options
    whole(maxBuffer, 'options.maxBuffer', 0, Number.MAX_SAFE_INTEGER)
    const { native } = this.calls
    const plaintext = pump('decryptStream', this.name, source, this.calls.timed(options), (call) =>
      native.symmetricDecryptStream(context(options), length(options), call),
    )
    if (options.unverified === true) yield* plaintext
    else yield await collect(plaintext, maxBuffer)
  }

  /**
   * Like {@link encryptStream}, as a Node.js transform for `pipeline`. `Duplex.toWeb` converts it to a
   * pair of Web streams.
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

  /** Like {@link decryptStream}, as a Node.js transform. */
  decryptTransform(options: DecryptStreamOptions = {}): Duplex {
    return Duplex.from((source: AsyncIterable<Bytes>) => this.decryptStream(source, options))
  }
}

function context(options: CipherOptions): Uint8Array {
  return optional(options.additionalData, 'options.additionalData', bytes) ?? NOTHING
}

function length(options: StreamOptions): number | undefined {
  return optional(options.length, 'options.length', size)
}

declare module './roles.js' {
  interface KeyOfRole {
    symmetric: SymmetricKey
  }
}
