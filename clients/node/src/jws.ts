/** JSON Web Signatures and Tokens. */

import { flag, optional, text, textList } from './arguments.js'
import { base64url, bytes, describe, type Bytes } from './bytes.js'
import { CALL_OPTIONS, checkObject, checkOptions, type CallOptions } from './call.js'
import { NotSupportedError } from './errors.js'
import type { KeyAttributes } from './generated/types.js'
import { joseAlgorithm } from './keys/algorithm.js'

/** The protected header. The key determines `alg`. */
export interface JwsHeader {
  /** The identifier of the key. */
  kid?: string | undefined
  /** The media type of the whole. */
  typ?: string | undefined
  /** The media type of the payload. */
  cty?: string | undefined
  /** The extensions that a recipient must understand. Each is a field of the header. */
  crit?: readonly string[] | undefined
  /**
   * `false`: the payload is not encoded (RFC 7797), and `crit` gets `b64`. It must then be printable ASCII
   * without a period.
   */
  b64?: boolean | undefined
  [name: string]: unknown
}

/** The claims of a token. */
export interface JwtClaims {
  iss?: string | undefined
  sub?: string | undefined
  aud?: string | readonly string[] | undefined
  /** Seconds since 1970, as in `nbf` and `iat`. */
  exp?: number | undefined
  nbf?: number | undefined
  /** Default: now. */
  iat?: number | undefined
  jti?: string | undefined
  [name: string]: unknown
}

/** Options of a token. */
export interface JwtOptions extends CallOptions {
  /** The issuer. */
  issuer?: string | undefined
  /** The audience. */
  audience?: string | readonly string[] | undefined
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
  const fields = protectedHeader(alg, header)
  const body = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : bytes(payload, 'payload')
  const encoded = fields['b64'] === false ? unencoded(body) : base64url(body)
  const input = `${base64url(JSON.stringify(fields))}.${encoded}`
  const signature = await key.sign(new TextEncoder().encode(input), options)
  return `${input}.${base64url(signature)}`
}

/** The header, with the algorithm of the key and the extensions that it uses. */
function protectedHeader(alg: string, header: JwsHeader): Record<string, unknown> {
  const { alg: given, crit, ...fields } = header
  if (given !== undefined && given !== alg) {
    throw new TypeError(`header.alg: the key signs with ${alg}; omit the field`)
  }
  for (const name of ['kid', 'typ', 'cty']) optional(fields[name], `header.${name}`, text)
  const plain = optional(fields.b64, 'header.b64', flag) === false
  const extensions = optional(crit, 'header.crit', textList) ?? []
  if (plain && !extensions.includes('b64')) extensions.push('b64')
  for (const [at, name] of extensions.entries()) {
    // RFC 7515, section 4.1.11.
    if (REGISTERED.has(name)) throw new TypeError(`header.crit: "${name}" is not an extension`)
    if (fields[name] === undefined) throw new TypeError(`header.crit: the header has no field "${name}"`)
    if (extensions.indexOf(name) !== at) throw new TypeError(`header.crit: has "${name}" twice`)
  }
  if (crit !== undefined && extensions.length === 0) throw new TypeError('header.crit: must not be empty')
  return { alg, ...fields, ...(extensions.length > 0 ? { crit: extensions } : {}) }
}

/** The fields of RFC 7515 and RFC 7518, which `crit` must not name. */
const REGISTERED = new Set(
  'alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit epk apu apv iv tag p2s p2c enc zip'.split(' '),
)

/** A payload that stands in the compact form as it is (RFC 7797, section 5.2). */
function unencoded(payload: Uint8Array): string {
  const plain = Buffer.from(payload).toString('latin1')
  if (/^[\x20-\x2d\x2f-\x7e]*$/.test(plain)) return plain
  throw new TypeError('payload: with b64: false, it must be printable ASCII without a period; omit b64')
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
  for (const name of ['exp', 'nbf', 'iat']) {
    const time = claims[name]
    if (time !== undefined && !Number.isFinite(time)) {
      throw new TypeError(`claims.${name}: must be a number of seconds since 1970, not ${describe(time)}`)
    }
  }
  if (header !== undefined) checkObject(header, 'options.header')
  // RFC 7797, section 7.
  if (header?.b64 !== undefined) throw new TypeError('options.header.b64: tokens are always encoded; omit it')
  const now = Math.floor(Date.now() / 1000)
  const named = {
    iss: optional(issuer, 'options.issuer', text),
    aud:
      typeof audience === 'object'
        ? textList(audience, 'options.audience')
        : optional(audience, 'options.audience', text),
    exp: expiresIn === undefined ? undefined : now + Math.floor(expiresIn),
  }
  for (const [name, value] of Object.entries(named)) {
    if (value !== undefined && claims[name] !== undefined) {
      throw new TypeError(`claims.${name}: is also one of the options; omit one of them`)
    }
  }
  const all = { ...claims, iat: claims.iat ?? now, ...defined(named) }
  return await signJws(key, JSON.stringify(all), { ...header, typ: header?.typ ?? 'JWT' }, call)
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
