/** Secrets to derive keys and bytes from. */

import { bytes, type Bytes } from '../bytes.js'
import type { CallOptions } from '../call.js'
import { keyName, nativeSpec, whole, type Algorithm, type KeyOptions } from '../spec.js'
import { Key } from './key.js'
import { make, type KeyFor } from './make.js'

/**
 * A secret to derive from: HKDF.
 *
 * @example
 * ```ts
 * const secret = await parsec.getOrGenerate('root', { algorithm: 'HKDF' })
 * const bytes = await secret.deriveBytes(new TextEncoder().encode('session 1'), 32)
 * const key = await secret.deriveKey(new TextEncoder().encode('vault'), 'vault', {
 *   algorithm: 'AES-256-GCM',
 * })
 * console.log(bytes.byteLength, key.name)
 * ```
 */
export class DerivationKey extends Key {
  override readonly role = 'derivation'

  /** So many bytes; the same `info` gives the same ones. */
  async deriveBytes(info: Bytes, length: number, options: CallOptions = {}): Promise<Uint8Array> {
    const context = bytes(info, 'info')
    const count = whole(length, 'length', 1)
    return await this.run('deriveBytes', options, (call) => this.native.deriveBytes(context, count, call))
  }

  /** A key that never leaves the service; the same `info` gives the same one. */
  async deriveKey<A extends Algorithm>(
    info: Bytes,
    name: string,
    options: KeyOptions<A> & { algorithm: A },
  ): Promise<KeyFor<A>> {
    const context = bytes(info, 'info')
    const [to, spec] = [keyName(name), nativeSpec(options)]
    const key = await this.run('deriveKey', options, (call) =>
      this.native.deriveKey(context, to, spec, call),
    )
    return make(key) as KeyFor<A>
  }
}
