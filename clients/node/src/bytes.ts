/** Bytes in the types that callers use. */

import { Buffer } from 'node:buffer'

/** Bytes in any type of Node.js and the Web: `Buffer` is a `Uint8Array`. */
export type Bytes = ArrayBufferView | ArrayBufferLike

/** A view of bytes; the addon copies them before its call returns. */
export function bytes(value: Bytes, argument: string): Uint8Array {
  if (value instanceof Uint8Array) return unshared(value)
  if (ArrayBuffer.isView(value)) {
    return unshared(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  }
  if (isBuffer(value)) return unshared(new Uint8Array(value))
  throw new TypeError(`${argument}: must be bytes, such as a Uint8Array, not ${describe(value)}`)
}

/** Other threads may write into shared memory while it is read. */
function unshared(view: Uint8Array): Uint8Array {
  return view.buffer instanceof SharedArrayBuffer ? view.slice() : view
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  return value instanceof ArrayBuffer || value instanceof SharedArrayBuffer
}

/** Describes a wrong argument without its content, which may be secret. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return `an object (${value.constructor.name})`
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`
}

/** Base64url (RFC 4648, section 5), the encoding of JOSE. */
export function base64url(value: Uint8Array | string): string {
  return (
    typeof value === 'string'
      ? Buffer.from(value, 'utf8')
      : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  ).toString('base64url')
}

/** PEM (RFC 7468). */
export function pem(label: string, der: Uint8Array): string {
  const text =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${text.join('\n')}\n-----END ${label}-----\n`
}
