/** TLS with a private key that stays in the service. */

import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https'
import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from 'node:net'

import { whole } from '../arguments.js'
import { bytes, describe, type Bytes } from '../bytes.js'
import { checkObject, checkOptions } from '../call.js'
import { fromNative } from '../errors.js'
import { SigningKey } from '../keys/signing.js'
import { native, type NativeKey, type TlsConfig } from '../native.js'
import { TlsSocket } from './socket.js'

export { TlsSocket }

/** Options of TLS connections. */
export interface TlsOptions {
  /** The private key of the certificate, which stays in the service. */
  key?: SigningKey | undefined
  /** The client's certificate chain in PEM, its own certificate first. */
  cert?: string | Bytes | undefined
  /** Trusted roots in PEM, instead of those of the machine. */
  ca?: string | Bytes | readonly (string | Bytes)[] | undefined
  /** Application protocols to offer (ALPN). */
  alpn?: readonly string[] | undefined
}

/** Arguments of undici's `connect`. */
export interface UndiciConnectOptions {
  hostname: string
  host?: string | undefined
  protocol: string
  port: string
  servername?: string | undefined
  localAddress?: string | null | undefined
}

/** Callback of undici's `connect`. */
export type UndiciCallback = (...result: [null, Socket] | [Error, null]) => void

/** Options of an agent: for its TLS connections and its pool. */
export type AgentOptions = TlsOptions & Omit<HttpsAgentOptions, 'key' | 'cert' | 'ca'>

/**
 * TLS with a private key that stays in the service: mutual TLS with a key in a TPM, for example.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { get } from 'node:https'
 *
 * const key = await parsec.getOrGenerate('web-tls')
 * const agent = parsec.tls.agent({ key, cert: readFileSync('chain.pem'), ca: readFileSync('ca.pem') })
 * get('https://example.org/', { agent }, (response) => response.pipe(process.stdout))
 * ```
 */
export class Tls {
  /** Creates an agent for `https.request` and other APIs with an agent. */
  agent(options: AgentOptions): Agent {
    return new Agent(options)
  }

  /**
   * Creates a `connect` function for dispatchers of undici.
   *
   * @example
   * ```ts
   * import { readFileSync } from 'node:fs'
   * import { Agent, request } from 'undici'
   *
   * const key = await parsec.getOrGenerate('web-tls')
   * const tls = { key, cert: readFileSync('chain.pem'), ca: readFileSync('ca.pem') }
   * const dispatcher = new Agent({ connect: parsec.tls.connector(tls) })
   * const { body } = await request('https://example.org/', { dispatcher })
   * console.log(await body.text())
   * await dispatcher.close()
   * ```
   */
  connector(options: TlsOptions): (to: UndiciConnectOptions, callback: UndiciCallback) => void {
    const config = configure(options)
    return (to, callback) => {
      const where: TcpNetConnectOpts = { host: to.hostname, port: Number(to.port) || 443 }
      if (typeof to.localAddress === 'string') where.localAddress = to.localAddress
      try {
        const socket = open(config, where, serverName(to.servername, to.hostname))
        const failed = (error: Error) => {
          callback(error, null)
        }
        socket.once('error', failed)
        socket.once('secureConnect', () => {
          socket.off('error', failed)
          // The object has the members of a socket that undici uses.
          callback(null, socket as unknown as Socket)
        })
      } catch (error) {
        callback(error as Error, null)
      }
    }
  }

  /** Opens a connection, as a stream. */
  connect(to: { host: string; port: number; servername?: string | undefined }, options: TlsOptions): TlsSocket {
    checkObject(to, 'to')
    if (typeof to.host !== 'string') throw new TypeError(`to.host: must be a string, not ${describe(to.host)}`)
    return open(
      configure(options),
      { ...to, port: whole(to.port, 'to.port', 1, 65_535) },
      serverName(to.servername, to.host),
    )
  }
}

/** An `https.Agent` whose connections use the TLS of the addon and signatures of the service. */
export class Agent extends HttpsAgent {
  readonly #config: TlsConfig

  /** @internal */
  constructor(options: AgentOptions) {
    checkObject(options, 'options')
    const { key, cert, ca, alpn, ...rest } = options
    super(rest)
    this.#config = configure({ key, cert, ca, alpn })
  }

  /** @internal */
  override createConnection(options: TcpNetConnectOpts & { servername?: string; hostname?: string }): TlsSocket {
    const { host = 'localhost', port, localAddress, family, lookup, servername, hostname } = options
    return open(
      this.#config,
      { host, port, localAddress, family, lookup },
      serverName(servername, options.host, hostname),
    )
  }
}

function open(config: TlsConfig, where: TcpNetConnectOpts, name: string): TlsSocket {
  try {
    const tls = new native.TlsConnection(config, unbracketed(name))
    return new TlsSocket(connectTcp({ ...where, noDelay: true }), tls)
  } catch (error) {
    throw fromNative(error)
  }
}

/** Returns the first name that is not empty: for addresses, Node.js and undici pass an empty name. */
function serverName(...names: (string | null | undefined)[]): string {
  return names.find((name) => name != null && name !== '') ?? 'localhost'
}

/** Removes the brackets of IPv6 addresses in URLs. */
function unbracketed(name: string): string {
  const inner = /^\[(.*)\]$/.exec(name)?.[1]
  return inner !== undefined && isIP(inner) === 6 ? inner : name
}

function configure(options: TlsOptions): TlsConfig {
  checkOptions(options, ['key', 'cert', 'ca', 'alpn'])
  const { key, cert, ca = [], alpn = [] } = options
  if (!Array.isArray(alpn) || !alpn.every((name) => typeof name === 'string')) {
    throw new TypeError('options.alpn: must be an array of names such as "http/1.1"')
  }
  if (key !== undefined && !(key instanceof SigningKey)) {
    throw new TypeError(`options.key: must be a SigningKey of this client, not ${describe(key)}`)
  }
  const roots = (Array.isArray(ca) ? ca : [ca]) as readonly (string | Bytes)[]
  const own = key as unknown as Record<symbol, NativeKey> | undefined
  try {
    return new native.TlsConfig(
      roots.map((pem) => text(pem, 'options.ca')),
      cert === undefined ? undefined : text(cert, 'options.cert'),
      own?.[Symbol.for('parsec.native')],
      [...alpn],
    )
  } catch (error) {
    throw fromNative(error)
  }
}

function text(pem: string | Bytes, argument: string): Uint8Array {
  return typeof pem === 'string' ? new TextEncoder().encode(pem) : bytes(pem, argument)
}
