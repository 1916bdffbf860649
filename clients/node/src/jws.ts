/** JSON Web Signatures and Tokens. */

import { base64url, bytes, describe, type Bytes } from './bytes.js'
import { CALL_OPTIONS, checkObject, checkOptions, type CallOptions } from './call.js'
import { NotSupportedError } from './errors.js'
import type { KeyAttributes } from './generated/types.js'
import { joseAlgorithm } from './keys/algorithm.js'

/** The protected header. The key determines `alg`. */
export interface JwsHeader {
  /** The identifier of the key. */
  kid?: string
  /** The media type of the whole. */
  typ?: string
  /** The media type of the payload. */
  cty?: string
  [name: string]: unknown
}

/** The claims of a token. */
export interface JwtClaims {
  iss?: string
  sub?: string
  aud?: string | string[]
  exp?: number
  nbf?: number
  iat?: number
  jti?: string
  [name: string]: unknown
}

/** Options of a token. */
export interface JwtOptions extends CallOptions {
  /** The issuer. */
  issuer?: string | undefined
  /** The audience. */
  audience?: string | string[] | undefined
  /** The lifetime in seconds. */
  expiresIn?: number | undefined
  /** Further fields of the header. */
  header?: JwsHeader | undefined
}

/** A key that signs. */
export interface JwsSigner {
  readonly name: string
  readonly attributes: KeyAttributes
  sign(message: Uint8Array, options: CallOptions): Promise<Uint8Array>
}

const JWT_OPTIONS = ['issuer', 'audience', 'expiresIn', 'header', ...CALL_OPTIONS]

/** A JWS in compact form. */
export async function signJws(
  key: JwsSigner,
  payload: Bytes | string,
  header: JwsHeader,
  options: CallOptions,
): Promise<string> {
  checkObject(header, 'header')
  const alg = joseAlgorithm(key.attributes)
  if (alg === undefined) {
    throw new NotSupportedError(
      `"${key.name}": JOSE has no algorithm for this key; use ECDSA on P-256, P-384 or P-521 with the hash of its size, Ed25519, or RSA with SHA-256, SHA-384 or SHA-512`,
    )
  }
  if (header['alg'] !== undefined && header['alg'] !== alg) {
    throw new TypeError(`header.alg: the key signs with ${alg}; omit the field`)
  }
  const body = typeof payload === 'string' ? payload : bytes(payload, 'payload')
  const input = `${base64url(JSON.stringify({ alg, ...header }))}.${base64url(body)}`
  const signature = await key.sign(new TextEncoder().encode(input), options)
  return `${input}.${base64url(signature)}`
}

/** A JWT. */
export async function signJwt(key: JwsSigner, claims: JwtClaims, options: JwtOptions): Promise<string> {
  checkObject(claims, 'claims')
  checkOptions(options, JWT_OPTIONS)
  const { issuer, audience, expiresIn, header, ...call } = options
  if (expiresIn !== undefined && typeof expiresIn !== 'number') {
    throw new TypeError(`options.expiresIn: must be a number of seconds, not ${describe(expiresIn)}`)
  }
  if (expiresIn !== undefined && !(Number.isFinite(expiresIn) && expiresIn > 0)) {
    throw new RangeError(`options.expiresIn: must be a positive number of seconds, not ${String(expiresIn)}`)
  }
  const now = Math.floor(Date.now() / 1000)
  const all: JwtClaims = { iat: now, ...claims }
  if (issuer !== undefined) all.iss = issuer
  if (audience !== undefined) all.aud = audience
  if (expiresIn !== undefined) all.exp = now + Math.floor(expiresIn)
  return await signJws(key, JSON.stringify(all), { typ: 'JWT', ...header }, call)
}
