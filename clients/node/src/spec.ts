/** The options of new keys. */

import { flag, optional } from './arguments.js'
import { describe } from './bytes.js'
import { CALL_OPTIONS, checkObject, checkOptions, type CallOptions } from './call.js'
import { ALGORITHMS } from './generated/kinds.js'
import type { KeyAttributes } from './generated/types.js'
import { toContract } from './names.js'
import type { NativeSpec } from './native.js'
import { providerNumber, type Provider } from './provider.js'

export { ALGORITHMS }

type Algorithms = typeof ALGORITHMS

/** Algorithms of keys that sign. `RSA` has 3072 bits, or 2048 if the provider supports no more. */
export type SigningAlgorithm = Algorithms['signing'][number]
/** Algorithms of key pairs that decrypt. */
export type DecryptionAlgorithm = Algorithms['decryption'][number]
/** Algorithms of keys for authenticated encryption. */
export type SymmetricAlgorithm = Algorithms['symmetric'][number]
/** Algorithms of keys for authentication codes. */
export type MacAlgorithm = Algorithms['mac'][number]
/** Algorithms of secrets to derive from. */
export type DerivationAlgorithm = Algorithms['derivation'][number]
/** Algorithms of key pairs for key agreement. */
export type AgreementAlgorithm = Algorithms['agreement'][number]
/** Algorithms of keys that wrap other keys. */
export type WrappingAlgorithm = Algorithms['wrapping'][number]
/** Every algorithm with a name. */
export type Algorithm = Algorithms[keyof Algorithms][number]

/** Hash functions. */
export type HashName =
  | 'SHA-224'
  | 'SHA-256'
  | 'SHA-384'
  | 'SHA-512'
  | 'SHA-512-224'
  | 'SHA-512-256'
  | 'SHA3-224'
  | 'SHA3-256'
  | 'SHA3-384'
  | 'SHA3-512'

/**
 * A use of a new key that only some providers support: `streams` for data in pieces, `wrapping` for key
 * wrapping by another key, for which the key must also be exportable.
 */
export type KeyUse = 'streams' | 'wrapping'

/** Options of a new key. */
export interface KeyOptions<A extends Algorithm = Algorithm> extends CallOptions {
  /** The kind of the key. Default: ECDSA on P-256. */
  algorithm?: A | undefined
  /** The hash function. Default: that of the algorithm. */
  hash?: HashName | undefined
  /** The padding of RSA signatures. Default: `pss`; use `pkcs1` only for protocols that need it. */
  padding?: 'pss' | 'pkcs1' | undefined
  /** Whether the key may be exported or wrapped. Default: it never leaves its provider. */
  exportable?: boolean | undefined
  /** Whether the key may be copied within its provider. */
  copyable?: boolean | undefined
  /** The provider of the key. Default: the first that supports it. */
  provider?: Provider | undefined
  /** Uses that the provider must support. */
  uses?: readonly KeyUse[] | undefined
}

/** Options of a new key whose kind must be named. */
export type NewKeyOptions<A extends Algorithm> = KeyOptions<A> & { algorithm: A }

/** Options of a new key with all its attributes. */
export interface AttributeOptions extends CallOptions {
  /** All attributes, as the contracts define them. */
  attributes: KeyAttributes
  /** The provider of the key. Default: the first that supports it. */
  provider?: Provider | undefined
  /** Uses that the provider must support. */
  uses?: readonly KeyUse[] | undefined
}

const KNOWN = new Set<string>(
  Object.values(ALGORITHMS).flatMap((names) => names.map((name) => name.toLowerCase())),
)

/** The contracts' name of a hash function. */
export function hashName(name: unknown, argument: string): string {
  if (typeof name !== 'string') {
    throw new TypeError(`${argument}: must be a name such as "SHA-256", not ${describe(name)}`)
  }
  if (!/^sha(-(224|256|384|512)|3-(224|256|384|512)|-512[-/](224|256))$/i.test(name)) {
    throw new TypeError(`${argument}: "${name}" is not a hash function such as "SHA-256"`)
  }
  return name.toLowerCase().replace('/', '-')
}

const PLACE_OPTIONS = ['provider', 'uses', ...CALL_OPTIONS]
const ATTRIBUTE_OPTIONS = ['attributes', ...PLACE_OPTIONS]
const KEY_OPTIONS = ['algorithm', 'hash', 'padding', 'exportable', 'copyable', ...PLACE_OPTIONS]

/** The addon's form of the options of a new key. `besides` are the other options of the call. */
export function nativeSpec(
  options: KeyOptions | AttributeOptions,
  besides: readonly string[] = [],
): NativeSpec {
  checkObject(options, 'options')
  checkOptions(options, ['attributes' in options ? ATTRIBUTE_OPTIONS : KEY_OPTIONS, besides].flat())
  const place: Pick<NativeSpec, 'provider' | 'uses'> = {}
  if (options.provider !== undefined) place.provider = providerNumber(options.provider)
  if (options.uses !== undefined) place.uses = useNames(options.uses)
  if ('attributes' in options) {
    checkObject(options.attributes, 'options.attributes')
    return { attributes: JSON.stringify(toContract(options.attributes)), ...place }
  }
  const name: unknown = options.algorithm ?? 'ECDSA-P256'
  if (typeof name !== 'string' || !KNOWN.has(name.toLowerCase())) {
    const names = Object.values(ALGORITHMS).flat().join(', ')
    const given = typeof name === 'string' ? `"${name}"` : describe(name)
    throw new TypeError(`options.algorithm: must be one of ${names}, not ${given}`)
  }
  const padding: unknown = options.padding
  if (padding !== undefined && padding !== 'pss' && padding !== 'pkcs1') {
    throw new TypeError(`options.padding: must be "pss" or "pkcs1", not ${describe(padding)}`)
  }
  const spec: NativeSpec = { name: name.toLowerCase(), ...place }
  if (options.hash !== undefined) spec.hash = hashName(options.hash, 'options.hash')
  if (padding === 'pkcs1') spec.pkcs1 = true
  if (optional(options.exportable, 'options.exportable', flag)) spec.exportable = true
  if (optional(options.copyable, 'options.copyable', flag)) spec.copyable = true
  return spec
}

/** The names of uses. The addon checks them. */
function useNames(uses: unknown): string[] {
  if (!Array.isArray(uses) || !uses.every((use) => typeof use === 'string')) {
    throw new TypeError(`options.uses: must be an array such as ["streams"], not ${describe(uses)}`)
  }
  return [...uses]
}
