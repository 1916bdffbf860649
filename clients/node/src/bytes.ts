/** Bytes in the types that callers use. */

import { Buffer } from 'node:buffer'
import { types } from 'node:util'

/** Bytes in any type of Node.js and the Web: `Buffer` is a `Uint8Array`. */
export type Bytes = ArrayBufferView | ArrayBufferLike

/**
 * The bytes that a call returns: a `Uint8Array` over memory that nothing shares, which `fetch`, `Blob` and
 * WebCrypto accept. From TypeScript 5.7 on this is `Uint8Array<ArrayBuffer>`, before it `Uint8Array`, which then
 * has no type parameter.
 */
export type OwnBytes = ReturnType<Uint8ArrayConstructor['from']>

/** A view of bytes; the addon copies them before its call returns. */
export function bytes(value: Bytes, argument: string): Uint8Array {
  // Values may be of another realm, as in Jest or `node:vm`, where `instanceof` is false.
  if (types.isUint8Array(value)) return unshared(value)
  if (ArrayBuffer.isView(value)) {
    return unshared(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  }
  if (types.isAnyArrayBuffer(value)) return unshared(new Uint8Array(value))
  throw new TypeError(`${argument}: must be bytes, such as a Uint8Array, not ${describe(value)}`)
}

/** Other threads may write into shared memory while it is read. */
function unshared(view: Uint8Array): Uint8Array {
  return types.isSharedArrayBuffer(view.buffer) ? Uint8Array.from(view) : view
}

/** A result of the addon, as a call returns it. */
export type Own<T> = T extends Uint8Array ? OwnBytes : T extends readonly Uint8Array[] ? OwnBytes[] : T

/** A result of the addon: bytes of its realm become bytes of the realm of this module. */
export function own<T>(value: T): Own<T> {
  if (types.isUint8Array(value)) return (value instanceof Uint8Array ? value : Uint8Array.from(value)) as Own<T>
  return (Array.isArray(value) ? value.map(own) : value) as Own<T>
}

/** Describes a wrong argument without its content, which may be secret. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') {
    // Objects without a prototype have no constructor.
    const made = (value as { constructor?: unknown }).constructor
    return typeof made === 'function' ? `an object (${made.name})` : 'an object'
  }
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
