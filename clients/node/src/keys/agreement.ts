/** Key pairs that agree on secrets. */

import { bytes, type Bytes } from '../bytes.js'
import type { CallOptions } from '../call.js'
import type { NativeKey } from '../native.js'
import { PublicKey } from '../public-key.js'
import { keyName, nativeSpec, type Algorithm, type KeyOptions } from '../spec.js'
import { Key } from './key.js'
import { make, type KeyFor } from './make.js'

/** What may be said of an agreement. */
export interface AgreeOptions<A extends Algorithm> extends KeyOptions<A> {
  algorithm: A
  /** What both sides have to give alike, to make several keys of one agreement. */
  info?: Bytes | undefined
}

/**
 * A key pair that agrees on secrets: ECDH, X25519.
 *
 * @example
 * ```ts
 * const [a, b] = await Promise.all([
 *   parsec.getOrGenerate('a', { algorithm: 'ECDH-P256' }),
 *   parsec.getOrGenerate('b', { algorithm: 'ECDH-P256' }),
 * ])
 * const shared = await a.agreeKey(await b.exportPublic(), 'shared', { algorithm: 'AES-256-GCM' })
 * console.log(shared.name)
 * ```
 */
export class AgreementKey extends Key {
  override readonly role = 'agreement'
  /** The public key: plain data. Nothing for curves that have no form in DER. */
  readonly publicKey: PublicKey | undefined

  /** @internal */
  constructor(key: NativeKey, timeout?: number) {
    super(key, timeout)
    const forms = key.publicKey()
    if (forms !== null) this.publicKey = new PublicKey(forms, { usages: [] })
  }

  /** The public key that a peer needs: a point `04 ‖ x ‖ y`, or what RFC 7748 has. */
  async exportPublic(options: CallOptions = {}): Promise<Uint8Array> {
    return await this.run('exportPublic', options, (call) => this.native.exportPublic(call))
  }

  /** A key that the peer can make too, and nobody else; it never leaves the service. */
  async agreeKey<A extends Algorithm>(peer: Bytes, name: string, options: AgreeOptions<A>): Promise<KeyFor<A>> {
    const other = bytes(peer, 'peer')
    const [to, spec] = [keyName(name), nativeSpec(options)]
    const info = options.info === undefined ? new Uint8Array() : bytes(options.info, 'options.info')
    const key = await this.run('agreeKey', options, (call) =>
      this.native.agreeKey(other, info, to, spec, call),
    )
    return make(key) as KeyFor<A>
  }
}
