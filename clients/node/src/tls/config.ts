/** The options of TLS, as configurations of the addon. */

import type { PeerCertificate } from 'node:tls'

import { choice, flag, text } from '../arguments.js'
import { bytes, describe, type Bytes } from '../bytes.js'
import { checkOptions } from '../call.js'
import { fromNative } from '../errors.js'
import { SigningKey } from '../keys/signing.js'
import { native, type NativeKey, type TlsConfig, type TlsServerConfig } from '../native.js'

/** A version of TLS. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

/** Certificates in PEM, as text or as bytes. */
export type Pem = string | Bytes

/** Options of TLS connections to servers, named as in `node:tls`. Other options of `node:tls` are refused. */
export interface TlsOptions {
  /** The private key of the certificate, which stays in the service. */
  key?: SigningKey | undefined
  /** The client's certificate chain in PEM, its own certificate first. */
  cert?: Pem | undefined
  /** Trusted roots in PEM, instead of those of the machine. */
  ca?: Pem | readonly Pem[] | undefined
  /** Application protocols to offer (ALPN), the best first. */
  ALPNProtocols?: readonly string[] | undefined
  /** The oldest version to offer. Default: `TLSv1.2`. */
  minVersion?: TlsVersion | undefined
  /** The latest version to offer. Default: `TLSv1.3`. */
  maxVersion?: TlsVersion | undefined
  /** The name to verify in the server's certificate. Default: the host. */
  servername?: string | undefined
  /** Must be `true`, the default: certificates of servers are always verified. */
  rejectUnauthorized?: true | undefined
  /**
   * A further check of the server's certificate, such as a pin: the connection fails with the error that it
   * returns. The certificate was already verified for the name, with or without this function.
   */
  checkServerIdentity?: ((hostname: string, cert: PeerCertificate) => Error | undefined) | undefined
}

/** Options of TLS servers, named as in `node:tls`. Other options of `node:tls` are refused. */
export interface TlsServerOptions {
  /** The private key of the certificate, which stays in the service; or several, each for one of `cert`. */
  key: SigningKey | readonly SigningKey[]
  /**
   * The certificate chain in PEM, the server's own certificate first. Of several, each connection uses the first
   * for the name that the client requests (SNI), with a key that signs as the client accepts.
   */
  cert: Pem | readonly Pem[]
  /** The authorities of client certificates, in PEM. */
  ca?: Pem | readonly Pem[] | undefined
  /** Whether to request a certificate of each client, issued by one of `ca`. Default: `false`. */
  requestCert?: boolean | undefined
  /**
   * Whether to refuse clients without a certificate. Default: `true`. With `false`, `socket.authorized` is
   * `false` for such clients; an invalid certificate is always refused.
   */
  rejectUnauthorized?: boolean | undefined
  /** Application protocols (ALPN), the best first. Clients that offer only others are refused. */
  ALPNProtocols?: readonly string[] | undefined
  /** The oldest version to accept. Default: `TLSv1.2`. */
  minVersion?: TlsVersion | undefined
  /** The latest version to accept. Default: `TLSv1.3`. */
  maxVersion?: TlsVersion | undefined
  /** The timeout of the handshake in milliseconds. Default: two minutes. */
  handshakeTimeout?: number | undefined
}

/** The names of {@link TlsOptions}. */
export const CLIENT_OPTIONS = [
  'key',
  'cert',
  'ca',
  'ALPNProtocols',
  'minVersion',
  'maxVersion',
  'servername',
  'rejectUnauthorized',
  'checkServerIdentity',
] as const

/** The names of {@link TlsServerOptions}. */
export const SERVER_OPTIONS = [
  'key',
  'cert',
  'ca',
  'requestCert',
  'rejectUnauthorized',
  'ALPNProtocols',
  'minVersion',
  'maxVersion',
  'handshakeTimeout',
] as const

/** The configuration of connections to servers. */
export interface ClientSettings {
  readonly config: TlsConfig
  readonly servername: string | undefined
  readonly check: TlsOptions['checkServerIdentity']
}

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const

/** Checks the options of a client. */
export function clientSettings(options: TlsOptions): ClientSettings {
  checkOptions(options, CLIENT_OPTIONS)
  const { key, cert, servername, checkServerIdentity: check } = options
  const verifies: unknown = options.rejectUnauthorized
  if (verifies !== undefined && verifies !== true) {
    throw new TypeError(
      `options.rejectUnauthorized: certificates are always verified; add the server's authority to "ca", and set "servername" if its certificate has another name`,
    )
  }
  if (check !== undefined && typeof check !== 'function') {
    throw new TypeError(`options.checkServerIdentity: must be a function, not ${describe(check)}`)
  }
  const chain = cert === undefined ? undefined : pem(cert, 'options.cert')
  const own = key === undefined ? undefined : nativeKey(key, 'options.key')
  const roots = authorities(options.ca) ?? []
  try {
    const config = new native.TlsConfig(roots, chain, own, protocols(options), versions(options))
    return { config, servername: servername === undefined ? undefined : text(servername, 'options.servername'), check }
  } catch (error) {
    throw fromNative(error)
  }
}

/** Checks the options of a server. */
export function serverConfig(options: TlsServerOptions): TlsServerConfig {
  checkOptions(options, SERVER_OPTIONS)
  const keys = list(options.key).map((key) => nativeKey(key, 'options.key'))
  const chains = list(options.cert).map((chain) => pem(chain, 'options.cert'))
  if (keys.length !== chains.length || keys.length === 0) {
    throw new TypeError(
      `options.cert: must have one certificate chain for each key, not ${chains.length} for ${keys.length}`,
    )
  }
  const requests = options.requestCert !== undefined && flag(options.requestCert, 'options.requestCert')
  const roots = authorities(options.ca)
  if (requests && roots === undefined) {
    throw new TypeError('options.ca: requestCert needs the authorities of client certificates')
  }
  const refuses = options.rejectUnauthorized
  // Without a request for certificates, these two have no effect, and every client is served.
  for (const [name, value] of Object.entries({ ca: roots, rejectUnauthorized: refuses })) {
    if (!requests && value !== undefined) throw new TypeError(`options.${name}: needs requestCert: true`)
  }
  const optional = refuses !== undefined && !flag(refuses, 'options.rejectUnauthorized')
  try {
    return new native.TlsServerConfig(chains, keys, protocols(options), versions(options), roots, optional)
  } catch (error) {
    throw fromNative(error)
  }
}

function versions({ minVersion, maxVersion }: Pick<TlsOptions, 'minVersion' | 'maxVersion'>): TlsVersion[] {
  return [
    minVersion === undefined ? 'TLSv1.2' : choice(minVersion, 'options.minVersion', VERSIONS),
    maxVersion === undefined ? 'TLSv1.3' : choice(maxVersion, 'options.maxVersion', VERSIONS),
  ]
}

function protocols({ ALPNProtocols: names = [] }: Pick<TlsOptions, 'ALPNProtocols'>): string[] {
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string' && name !== '')) {
    throw new TypeError('options.ALPNProtocols: must be an array of names such as "http/1.1"')
  }
  return (names as string[]).slice()
}

function authorities(ca: TlsOptions['ca']): Uint8Array[] | undefined {
  if (ca === undefined) return undefined
  const roots = list(ca).map((item) => pem(item, 'options.ca'))
  if (roots.length === 0) throw new TypeError('options.ca: must have at least one certificate')
  return roots
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}

function pem(value: Pem, argument: string): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : bytes(value, argument)
}

function nativeKey(key: unknown, argument: string): NativeKey {
  const own = key instanceof SigningKey ? (key as unknown as Record<symbol, unknown>)[Symbol.for('parsec.native')] : key
  if (own !== key) return own as NativeKey
  throw new TypeError(`${argument}: must be a SigningKey of this client, not ${describe(key)}`)
}
