/** The roles of keys, and the class of each. */

import type { ALGORITHMS } from '../generated/kinds.js'
import type { Algorithm } from '../spec.js'

/** The class of the keys with each role. The module of a class adds it. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the modules of the classes fill it
export interface KeyOfRole {}

/** The role of a key. */
export type Role = keyof KeyOfRole

/** A key of any kind; `role` distinguishes them. */
export type AnyKey = KeyOfRole[Role]

type Algorithms = typeof ALGORITHMS

/** The class of a key with that algorithm. */
export type KeyFor<A extends Algorithm> = {
  [R in keyof Algorithms]: A extends Algorithms[R][number] ? KeyOfRole[R] : never
}[keyof Algorithms]

/** One of the classes of keys. */
export type KeyClass<K extends AnyKey> = new (...args: never) => K
