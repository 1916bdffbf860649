/** Keys without a role. */

import { Key } from '../generated/handles/key.js'

/** A key of a role without a specific class; use it with `parsec.raw`. */
export class OtherKey extends Key {
  override readonly role = 'other'
}

declare module './roles.js' {
  interface KeyOfRole {
    other: OtherKey
  }
}
