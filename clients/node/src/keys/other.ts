/** Keys without a role. */

import { Key } from '../generated/handles/key.js'

/** A key whose policy has no class of its own; `parsec.raw` uses it. */
export class OtherKey extends Key {
  override readonly role = 'other'
}

declare module './roles.js' {
  interface KeyOfRole {
    other: OtherKey
  }
}
