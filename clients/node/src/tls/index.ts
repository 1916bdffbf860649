/** TLS with a private key that stays in the service. */

import { createServer as createHttpServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createNetServer, type Server as NetServer, type ServerOpts, type Socket } from 'node:net'
import type { TcpNetConnectOpts } from 'node:net'

import { whole } from '../arguments.js'
import { describe } from '../bytes.js'
import { checkObject, checkOptions } from '../call.js'
import { Agent, type AgentOptions } from './agent.js'
import {
  clientSettings,
  SERVER_OPTIONS,
  type Pem,
  type TlsOptions,
  type TlsServerOptions,
  type TlsVersion,
} from './config.js'
import { HTTP_SERVER_OPTIONS, NET_OPTIONS, NET_SERVER_OPTIONS, refuseTlsOptions } from './node-options.js'
import { open } from './open.js'
import { secureServer, type SecureServer } from './server.js'
import { TlsSocket } from './socket.js'

export { Agent, TlsSocket }
export type { AgentOptions, Pem, SecureServer, TlsOptions, TlsServerOptions, TlsVersion }

/** Arguments of undici's `connect`. */
export interface UndiciConnectOptions {
  hostname: string
  host?: string | undefined
  protocol: string
  port: string
  servername?: string | undefined
  localAddress?: string | null | undefined
  httpSocket?: Socket | undefined
}

/** Callback of undici's `connect`. */
export type UndiciCallback = (...result: [null, Socket] | [Error, null]) => void

/** The server to connect to, and options of `net.connect`. */
export interface TlsTarget extends Omit<TcpNetConnectOpts, 'onread' | 'timeout'> {
  host: string
  port: number
}

/** Options of HTTPS servers: those of TLS and those of `http.createServer`. */
export type HttpsServerOptions = TlsServerOptions & ServerOptions

/** Options of servers of other protocols: those of TLS and those of `net.createServer`. */
export type StreamServerOptions = TlsServerOptions & Pick<ServerOpts, (typeof NET_SERVER_OPTIONS)[number]>

/**
 * TLS with a private key that stays in the service: servers and mutual TLS with a key in a TPM, for example.
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
   * Creates a `connect` function for dispatchers of undici, which `fetch` takes too.
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
    const settings = clientSettings(options)
    return (to, callback) => {
      const where: TcpNetConnectOpts = { host: to.hostname, port: Number(to.port) || 443 }
      if (typeof to.localAddress === 'string') where.localAddress = to.localAddress
      try {
        refuseTlsOptions(to)
        const socket = open(settings, where, [to.servername, to.hostname], to.httpSocket)
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

  /**
   * Opens a connection, as a stream. It emits `secureConnect` after the handshake.
   *
   * @example
   * ```ts
   * import { readFileSync } from 'node:fs'
   *
   * const key = await parsec.getOrGenerate('web-tls')
   * const tls = { key, cert: readFileSync('chain.pem'), ca: readFileSync('ca.pem') }
   * const socket = parsec.tls.connect({ host: 'example.org', port: 443 }, tls)
   * socket.end('GET / HTTP/1.0\r\n\r\n')
   * for await (const piece of socket) process.stdout.write(piece)
   * ```
   */
  connect(to: TlsTarget, options: TlsOptions): TlsSocket {
    checkObject(to, 'to')
    for (const name of Object.keys(to)) {
      if (!NET_OPTIONS.some((known) => known === name)) throw new TypeError(`to.${name}: is not an option of TCP`)
    }
    if (typeof to.host !== 'string') throw new TypeError(`to.host: must be a string, not ${describe(to.host)}`)
    whole(to.port, 'to.port', 1, 65_535)
    return open(clientSettings(options), to, [to.host])
  }

  /**
   * Creates an HTTPS server, like `https.createServer`. Frameworks take it as their server: fastify with
   * `serverFactory`, express and Koa as a listener.
   *
   * @example
   * ```ts
   * import { once } from 'node:events'
   * import { readFileSync } from 'node:fs'
   *
   * const key = await parsec.getOrGenerate('web-tls')
   * const server = parsec.tls.createHttpsServer({ key, cert: readFileSync('chain.pem') }, (request, response) => {
   *   response.end(`hello, ${String(request.url)}`)
   * })
   * server.listen(8443)
   * await once(server, 'listening')
   * server.close()
   * ```
   */
  createHttpsServer(options: HttpsServerOptions, listener?: RequestListener): SecureServer<Server> {
    const { tls, rest } = split(options, HTTP_SERVER_OPTIONS)
    return secureServer(createHttpServer(rest, listener), tls)
  }

  /**
   * Creates a server of another protocol, like `tls.createServer`. The listener receives each connection after
   * its handshake.
   *
   * @example
   * ```ts
   * import { once } from 'node:events'
   * import { readFileSync } from 'node:fs'
   *
   * const key = await parsec.getOrGenerate('web-tls')
   * const tls = { key, cert: readFileSync('chain.pem'), ca: readFileSync('ca.pem'), requestCert: true }
   * const server = parsec.tls.createServer(tls, (socket) => {
   *   socket.end(`hello, ${String(socket.getPeerX509Certificate()?.subject)}`)
   * })
   * server.listen(8443)
   * await once(server, 'listening')
   * server.close()
   * ```
   */
  createServer(options: StreamServerOptions, listener?: (socket: TlsSocket) => void): SecureServer {
    const { tls, rest } = split(options, NET_SERVER_OPTIONS)
    const server = secureServer(createNetServer(rest), tls)
    if (listener !== undefined) server.on('secureConnection', listener)
    return server
  }

  /**
   * Adds TLS to a server of `node:net`, `node:http` or `node:http2`: its own listeners receive the decrypted
   * connections. For HTTP/2 set `ALPNProtocols: ['h2', 'http/1.1']`.
   *
   * @example
   * ```ts
   * import { once } from 'node:events'
   * import { readFileSync } from 'node:fs'
   * import { createServer } from 'node:http2'
   *
   * const key = await parsec.getOrGenerate('web-tls')
   * const tls = { key, cert: readFileSync('chain.pem'), ALPNProtocols: ['h2'] }
   * const server = parsec.tls.secure(createServer((_, response) => response.end('hello')), tls)
   * server.listen(8443)
   * await once(server, 'listening')
   * server.close()
   * ```
   */
  secure<S extends NetServer>(server: S, options: TlsServerOptions): SecureServer<S> {
    return secureServer(server, options)
  }
}

/** Separates the options of TLS from the others, all of which must be known. */
function split<O extends object>(options: O, others: readonly string[]): { tls: TlsServerOptions; rest: O } {
  checkOptions(options, [...SERVER_OPTIONS, ...others])
  const own: readonly string[] = SERVER_OPTIONS
  const [tls, rest] = [true, false].map((isOwn) =>
    Object.fromEntries(Object.entries(options).filter(([name]) => own.includes(name) === isOwn)),
  )
  return { tls, rest } as { tls: TlsServerOptions; rest: O }
}
