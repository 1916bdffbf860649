/** What a new key shall be. */

import { describe } from './bytes.js'
import { checkOptions, type CallOptions } from './call.js'
import { ALGORITHMS } from './generated/kinds.js'
import type { KeyAttributes } from './generated/types.js'
import { toContract } from './names.js'
import type { NativeSpec } from './native.js'
import { providerNumber, type Provider } from './provider.js'

export { ALGORITHMS }

type Algorithms = typeof ALGORITHMS

/** Algorithms of keys that sign. `RSA` has 3072 bits where the provider makes such, and 2048 where not. */
export type SigningAlgorithm = Algorithms['signing'][number]
/** Algorithms of key pairs that decrypt. */
export type DecryptionAlgorithm = Algorithms['decryption'][number]
/** Algorithms of keys that encrypt and protect. */
export type SymmetricAlgorithm = Algorithms['symmetric'][number]
/** Algorithms of keys for authentication codes. */
export type MacAlgorithm = Algorithms['mac'][number]
/** Algorithms of secrets to derive from. */
export type DerivationAlgorithm = Algorithms['derivation'][number]
/** Algorithms of key pairs that agree on secrets. */
export type AgreementAlgorithm = Algorithms['agreement'][number]
/** Algorithms of keys that encrypt keys. */
export type WrappingAlgorithm = Algorithms['wrapping'][number]
/** Every algorithm that has a name of its own. */
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
 * What a new key will be used for that only some providers can do: `streams` is
 * data in pieces, and `wrapping` being encrypted under another key, for which it must be exportable.
 */
export type KeyUse = 'streams' | 'wrapping'

/** What a new key shall be. */
export interface KeyOptions<A extends Algorithm = Algorithm> extends CallOptions {
  /** What the key is for and how: ECDSA on P-256 where it is left out. */
  algorithm?: A | undefined
  /** Another hash function than the algorithm's usual one. */
  hash?: HashName | undefined
  /** How RSA keys sign: `pss` unless a protocol asks for `pkcs1`. */
  padding?: 'pss' | 'pkcs1' | undefined
  /** Let the key itself be exported, or wrapped. Without this it never leaves its provider. */
  exportable?: boolean | undefined
  /** Let the key be copied within its provider. */
  copyable?: boolean | undefined
  /** Where to keep it, in place of the best provider that can. */
  provider?: Provider | undefined
  /** What it will be used for, so that a provider keeps it that can do that. */
  uses?: readonly KeyUse[] | undefined
}

/** What a new key shall be, to the last attribute. */
export interface AttributeOptions extends CallOptions {
  /** All attributes, as the contracts have them. */
  attributes: KeyAttributes
  /** Where to keep it, in place of the best provider that can. */
  provider?: Provider | undefined
  /** What it will be used for, so that a provider keeps it that can do that. */
  uses?: readonly KeyUse[] | undefined
}

const KNOWN = new Set<string>(
  Object.values(ALGORITHMS).flatMap((names) => names.map((name) => name.toLowerCase())),
)

/** What the names of a hash function look like in the contracts. */
export function hashName(name: unknown, argument: string): string {
  if (typeof name !== 'string') {
    throw new TypeError(`${argument}: must be a name such as "SHA-256", not ${describe(name)}`)
  }
  if (!/^sha(-(224|256|384|512)|3-(224|256|384|512)|-512[-/](224|256))$/i.test(name)) {
    throw new TypeError(`${argument}: "${name}" is no hash function, as "SHA-256" is one`)
  }
  return name.toLowerCase().replace('/', '-')
}

/** What the addon takes. */
export function nativeSpec(options: KeyOptions | AttributeOptions): NativeSpec {
  checkOptions(options)
  const place: Pick<NativeSpec, 'provider' | 'uses'> = {}
  if (options.provider !== undefined) place.provider = providerNumber(options.provider)
  if (options.uses !== undefined) place.uses = useNames(options.uses)
  if ('attributes' in options) {
    checkOptions(options.attributes, 'options.attributes')
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
  if (flag(options.exportable, 'options.exportable')) spec.exportable = true
  if (flag(options.copyable, 'options.copyable')) spec.copyable = true
  return spec
}

/** The names of uses; which there are, the addon knows. */
function useNames(uses: unknown): string[] {
  if (!Array.isArray(uses) || !uses.every((use) => typeof use === 'string')) {
    throw new TypeError(`options.uses: must be an array such as ["streams"], not ${describe(uses)}`)
  }
  return [...uses]
}

/** Never a string: "no" would be true. */
function flag(value: unknown, argument: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true
  throw new TypeError(`${argument}: must be a boolean, not ${describe(value)}`)
}

/** A key's name. */
export function keyName(name: unknown, argument = 'name'): string {
  if (typeof name !== 'string') {
    throw new TypeError(`${argument}: must be a string, not ${describe(name)}`)
  }
  if (name === '') throw new TypeError(`${argument}: must not be empty`)
  return name
}

/** A whole number that fits the addon. */
export function whole(value: unknown, argument: string, least = 0, most = 0xffff_ffff): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${argument}: must be a number, not ${describe(value)}`)
  }
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(
      `${argument}: must be a whole number from ${String(least)} to ${String(most)}, not ${String(value)}`,
    )
  }
  return value
}
