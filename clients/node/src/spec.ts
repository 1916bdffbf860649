/** The options of new keys. */

import { hashName } from './arguments.js'
import { describe } from './bytes.js'
import { CALL_OPTIONS, checkObject, checkOptions } from './call.js'
import type { AttributeOptions, KeyOptions } from './generated/key-options.js'
import { ALGORITHMS } from './generated/kinds.js'
import { PLACEMENT, placement, POLICY, policy } from './generated/native-options.js'
import { toContract } from './names.js'
import type { NativeSpec } from './native.js'

export type * from './generated/key-options.js'
export { ALGORITHMS, hashName }

const KNOWN = new Set<string>(Object.values(ALGORITHMS).flatMap((names) => names.map((name) => name.toLowerCase())))

const ATTRIBUTE_OPTIONS = ['attributes', ...PLACEMENT, ...CALL_OPTIONS]
const KEY_OPTIONS = ['algorithm', ...POLICY, ...PLACEMENT, ...CALL_OPTIONS]

/** The addon's form of the options of a new key. `besides` are the other options of the call. */
export function nativeSpec(options: KeyOptions | AttributeOptions, besides: readonly string[] = []): NativeSpec {
  checkObject(options, 'options')
  checkOptions(options, ['attributes' in options ? ATTRIBUTE_OPTIONS : KEY_OPTIONS, besides].flat())
  if ('attributes' in options) {
    checkObject(options.attributes, 'options.attributes')
    return { attributes: JSON.stringify(toContract(options.attributes)), ...placement(options) }
  }
  const name: unknown = options.algorithm ?? 'ECDSA-P256'
  if (typeof name !== 'string' || !KNOWN.has(name.toLowerCase())) {
    const names = Object.values(ALGORITHMS).flat().join(', ')
    const given = typeof name === 'string' ? `"${name}"` : describe(name)
    throw new TypeError(`options.algorithm: must be one of ${names}, not ${given}`)
  }
  return { name: name.toLowerCase(), ...policy(options), ...placement(options) }
}
