/** JSON Web Signatures and Tokens. */

import { base64url, bytes, describe, type Bytes } from './bytes.js'
import { checkOptions, type CallOptions } from './call.js'
import { NotSupportedError } from './errors.js'
import { joseAlgorithm } from './keys/algorithm.js'
import type { SigningKey } from './keys/signing.js'

/** The protected header; `alg` is the key's. */
export interface JwsHeader {
  /** Which key of several. */
  kid?: string
  /** What the whole is. */
  typ?: string
  /** What the payload is. */
  cty?: string
  [name: string]: unknown
}

/** What a token says. */
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

/** What may be said of a token besides its claims. */
export interface JwtOptions extends CallOptions {
  /** Who says it. */
  issuer?: string | undefined
  /** For whom. */
  audience?: string | string[] | undefined
  /** For how many seconds from now. */
  expiresIn?: number | undefined
  /** What else the header says. */
  header?: JwsHeader | undefined
}

/** A JWS in compact form. */
export async function signJws(
  key: SigningKey,
  payload: Bytes | string,
  header: JwsHeader,
  options: CallOptions,
): Promise<string> {
  checkOptions(header, 'header')
  const alg = joseAlgorithm(key.attributes)
  if (alg === undefined) {
    throw new NotSupportedError(
      `"${key.name}": JOSE has no name for how this key signs; use ECDSA on P-256, P-384 or P-521 with the hash of its size, Ed25519, or RSA with SHA-256, SHA-384 or SHA-512`,
    )
  }
  if (header['alg'] !== undefined && header['alg'] !== alg) {
    throw new TypeError(`header.alg: the key signs with ${alg}; leave it out`)
  }
  const body = typeof payload === 'string' ? payload : bytes(payload, 'payload')
  const input = `${base64url(JSON.stringify({ alg, ...header }))}.${base64url(body)}`
  const signature = await key.sign(new TextEncoder().encode(input), options)
  return `${input}.${base64url(signature)}`
}

/** A JWT. */
export async function signJwt(
  key: SigningKey,
  claims: JwtClaims,
  options: JwtOptions,
): Promise<string> {
  checkOptions(claims, 'claims')
  checkOptions(options)
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
