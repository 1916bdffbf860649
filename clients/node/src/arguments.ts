/** Checks of arguments: each error names the argument. */

import { bytes, describe, type Bytes } from './bytes.js'
import { HASHES } from './generated/key-names.js'
import { toContract } from './names.js'

/** Applies a check unless the argument was omitted. */
export function optional<T, R>(
  value: T | undefined,
  argument: string,
  check: (value: T, argument: string) => R,
): R | undefined {
  return value === undefined ? undefined : check(value, argument)
}

/** Text. */
export function text(value: unknown, argument: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`${argument}: must be a string, not ${describe(value)}`)
}

/** The name of a key. */
export function keyName(name: unknown, argument = 'name'): string {
  if (text(name, argument) === '') throw new TypeError(`${argument}: must not be empty`)
  return name as string
}

/** A boolean. A string is an error: "no" would be true. */
export function flag(value: unknown, argument: string): boolean {
  if (typeof value === 'boolean') return value
  throw new TypeError(`${argument}: must be a boolean, not ${describe(value)}`)
}

/** A name from a list. */
export function choice<T extends string>(value: unknown, argument: string, known: readonly T[]): T {
  const found = known.find((name) => name === value)
  if (found !== undefined) return found
  const names = known.map((name) => `"${name}"`).join(' or ')
  throw new TypeError(`${argument}: must be ${names}, not ${named(value)}`)
}

/** Several names from a list. */
export function choices<T extends string>(value: unknown, argument: string, known: readonly T[]): T[] {
  if (Array.isArray(value)) return value.map((item) => choice(item, argument, known))
  const example = known
    .slice(0, 1)
    .map((name) => `"${name}"`)
    .join()
  throw new TypeError(`${argument}: must be an array such as [${example}], not ${describe(value)}`)
}

/** The contracts' name of a hash function. */
export function hashName(name: unknown, argument: string): string {
  if (typeof name !== 'string') {
    throw new TypeError(`${argument}: must be a name such as "SHA-256", not ${describe(name)}`)
  }
  // The specification of SHA-512/256 writes a slash.
  const given = name.toUpperCase().replace('/', '-')
  if (!HASHES.some((known) => known === given)) {
    throw new TypeError(`${argument}: "${name}" is not a hash function such as "SHA-256"`)
  }
  return given.toLowerCase()
}

/** A wrong name, or a description of what is no name. */
function named(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : describe(value)
}

/** A whole number of 32 bits. */
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

/** A whole number that JavaScript represents exactly. */
export function size(value: unknown, argument: string): number {
  return whole(value, argument, 0, Number.MAX_SAFE_INTEGER)
}

/** A structure or a variant of the contracts. The addon checks its fields. */
export function structure(value: unknown, argument: string): unknown {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null) return toContract(value)
  throw new TypeError(`${argument}: must be an object or a string, not ${describe(value)}`)
}

/** Arrays of bytes. */
export function bytesList(value: readonly Bytes[], argument: string): Uint8Array[] {
  return list(value, argument, bytes)
}

/** Numbers. */
export function numberList(value: readonly number[], argument: string): number[] {
  return list(value, argument, whole)
}

/** Texts. */
export function textList(value: readonly string[], argument: string): string[] {
  return list(value, argument, text)
}

function list<T, R>(value: readonly T[], argument: string, check: (value: T, argument: string) => R): R[] {
  if (!Array.isArray(value)) throw new TypeError(`${argument}: must be an array, not ${describe(value)}`)
  return value.map((item: T, at) => check(item, `${argument}[${String(at)}]`))
}
