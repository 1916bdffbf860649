/** Keys for authentication codes. */

import { bytes, type Bytes } from '../bytes.js'
import type { CallOptions } from '../call.js'
import { collect, isSource, pump, type Source, type StreamOptions } from '../streams.js'
import { Key } from './key.js'
import { holds } from './signing.js'

/**
 * A key for authentication codes: HMAC, CMAC.
 *
 * @example
 * ```ts
 * const key = await parsec.getOrGenerate('cookies', { algorithm: 'HMAC' })
 * const code = await key.compute(new TextEncoder().encode('hello'))
 * console.log(await key.verify(code, new TextEncoder().encode('hello')))
 * ```
 */
export class MacKey extends Key {
  override readonly role = 'mac'

  /** The code of data, which may come in pieces. */
  async compute(data: Bytes | Source, options: CallOptions & StreamOptions = {}): Promise<Uint8Array> {
    if (isSource(data)) {
      const timed = this.timed(options)
      return await collect(pump('compute', this.name, data, timed, (call) => this.native.macStream(call)))
    }
    const view = bytes(data, 'data')
    return await this.run('compute', options, (call) => this.native.computeMac(view, call))
  }

  /** Whether a code is that of data; checked in a time that does not tell where it differs. */
  async verify(code: Bytes, data: Bytes | Source, options: CallOptions & StreamOptions = {}): Promise<boolean> {
    return await holds(this.verifyOrThrow(code, data, options))
  }

  /**
   * As {@link verify}, for those who want an error.
   *
   * @throws InvalidSignatureError if it is not.
   */
  async verifyOrThrow(code: Bytes, data: Bytes | Source, options: CallOptions & StreamOptions = {}): Promise<void> {
    const given = bytes(code, 'code')
    if (isSource(data)) {
      const timed = this.timed(options)
      const open = pump('verify', this.name, data, timed, (call) => this.native.macVerifyStream(given, call))
      await collect(open)
      return
    }
    const view = bytes(data, 'data')
    await this.run('verify', options, (call) => this.native.verifyMac(given, view, call))
  }
}
