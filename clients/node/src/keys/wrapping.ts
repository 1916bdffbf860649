/** Keys that encrypt keys. */

import { bytes, type Bytes } from '../bytes.js'
import type { CallOptions } from '../call.js'
import { keyName, nativeSpec, type Algorithm, type KeyOptions } from '../spec.js'
import { Key } from './key.js'
import { make, type KeyFor } from './make.js'

/**
 * A key that encrypts other keys, for backup and other hosts: AES key wrap (RFC 5649).
 *
 * @example
 * ```ts
 * const backup = await parsec.getOrGenerate('backup', { algorithm: 'AES-KEY-WRAP' })
 * const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM', exportable: true })
 * const wrapped = await backup.wrap(vault)
 * const restored = await backup.unwrap(wrapped, 'restored', { algorithm: 'AES-256-GCM' })
 * console.log(restored.name)
 * ```
 */
export class WrappingKey extends Key {
  override readonly role = 'wrapping'

  /**
   * A key, encrypted. It has to be exportable, and in the same provider.
   *
   * @throws NotPermittedError if it may not be exported.
   */
  async wrap(key: Key | string, options: CallOptions = {}): Promise<Uint8Array> {
    const name = keyName(key instanceof Key ? key.name : key, 'key')
    return await this.run('wrap', options, (call) => this.native.wrap(name, call))
  }

  /** Brings in a key that {@link wrap} encrypted, here or on another host. */
  async unwrap<A extends Algorithm>(
    wrapped: Bytes,
    name: string,
    options: KeyOptions<A> & { algorithm: A },
  ): Promise<KeyFor<A>> {
    const data = bytes(wrapped, 'wrapped')
    const [to, spec] = [keyName(name), nativeSpec(options)]
    const key = await this.run('unwrap', options, (call) =>
      this.native.unwrapKey(data, to, spec, call),
    )
    return make(key) as KeyFor<A>
  }
}
