/** Key pairs that sign: JSON Web Signatures. */

import type { Bytes } from '../bytes.js'
import type { CallOptions } from '../call.js'
import { SigningKeyBase } from '../generated/handles/signing-key.js'
import { signJws, signJwt, type JwsHeader, type JwtClaims, type JwtOptions } from '../jws.js'
import type { NativeKey } from '../native.js'

/**
 * A key pair that signs.
 *
 * @example
 * ```ts
 * const key = await parsec.getOrGenerate('web-tls')
 * const message = new TextEncoder().encode('hello')
 * const signature = await key.sign(message)
 * console.log(await key.verify(signature, message))
 * ```
 */
export class SigningKey extends SigningKeyBase {
  /**
   * Makes a JSON Web Signature (RFC 7515) in its compact form. The algorithm is that of the key.
   *
   * @example
   * ```ts
   * const key = await parsec.getOrGenerate('web-tls')
   * const jws = await key.signJws('hello', { kid: 'web-1' })
   * console.log(jws)
   * ```
   */
  async signJws(payload: Bytes | string, header: JwsHeader = {}, options: CallOptions = {}): Promise<string> {
    return await signJws(this, payload, header, options)
  }

  /**
   * Makes a JSON Web Token (RFC 7519).
   *
   * @example
   * ```ts
   * const key = await parsec.getOrGenerate('web-tls')
   * const jwt = await key.signJwt({ sub: 'alice' }, { issuer: 'https://example.org', expiresIn: 300 })
   * console.log(jwt)
   * ```
   */
  async signJwt(claims: JwtClaims, options: JwtOptions = {}): Promise<string> {
    return await signJwt(this, claims, options)
  }

  /** @internal */
  get [Symbol.for('parsec.native')](): NativeKey {
    return this.calls.native
  }
}

declare module './roles.js' {
  interface KeyOfRole {
    signing: SigningKey
  }
}
