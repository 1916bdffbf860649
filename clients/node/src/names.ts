/** Names of fields: snake case in the contracts, camel case in JavaScript. */

import { types } from 'node:util'

/** Converts a name of the contracts, or a path of names, to camel case. */
export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Renames fields, and leaves values unchanged, also bytes. */
function rename(value: unknown, to: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => rename(item, to))
  if (value instanceof Uint8Array) {
    // The addon returns Buffers, whose methods differ.
    return to === camel && value.constructor !== Uint8Array
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : value
  }
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  }
  if (types.isAnyArrayBuffer(value)) return new Uint8Array(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [to(name), rename(inner, to)]),
  )
}

/** Converts a value to the names of the contracts. Names of variants are unchanged: they have dashes. */
export function toContract(value: object): object {
  return rename(value, snake) as object
}

/** Converts a value to the names of JavaScript. */
export function fromContract(value: unknown): unknown {
  return rename(value, camel)
}
