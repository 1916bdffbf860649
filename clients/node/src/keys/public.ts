/** The public keys of keys in the service. */

import { PublicKey } from '../public-key.js'
import { publicUse } from './algorithm.js'
import type { KeyCalls } from './calls.js'

/** The public key of a key that has one. */
export function publicKey(calls: KeyCalls): PublicKey {
  return new PublicKey(calls.native.publicKey(), publicUse(calls.description.attributes))
}

/** The public key, if it has a known format. */
export function optionalPublicKey(calls: KeyCalls): PublicKey | undefined {
  const forms = calls.native.publicKey()
  return forms === null ? undefined : new PublicKey(forms, publicUse(calls.description.attributes))
}
