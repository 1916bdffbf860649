/** TLS for servers whose private key stays in the service. */

import type { Server as NetServer, Socket } from 'node:net'
import { Server as TlsServerOfNode } from 'node:tls'

import { describe } from '../bytes.js'
import { milliseconds } from '../call.js'
import { fromNative, TimeoutError } from '../errors.js'
import { native, type TlsServerConfig } from '../native.js'
import { serverConfig, type TlsServerOptions } from './config.js'
import { TlsSocket } from './socket.js'

/** A server whose connections use TLS. Its events are those of `tls.Server`. */
export type SecureServer<S extends NetServer = NetServer> = S & {
  /** Replaces certificates and options for new connections, for example when a certificate was renewed. */
  setSecureContext(options: TlsServerOptions): void
}

const HANDSHAKE = 120_000
const secured = new WeakSet<NetServer>()

interface Settings {
  config: TlsServerConfig
  handshakeTimeout: number
}

function settings(options: TlsServerOptions): Settings {
  const config = serverConfig(options)
  const { handshakeTimeout = HANDSHAKE } = options
  return { config, handshakeTimeout: milliseconds(handshakeTimeout, 'options.handshakeTimeout') }
}

/** Gives each connection of a server TLS, before the server's own listeners receive it. */
export function secureServer<S extends NetServer>(server: S, options: TlsServerOptions): SecureServer<S> {
  if (typeof server !== 'object' || server === null || typeof server.listeners !== 'function') {
    throw new TypeError(`server: must be a server of node:net, node:http or node:http2, not ${describe(server)}`)
  }
  if (server instanceof TlsServerOfNode || secured.has(server)) {
    throw new TypeError('server: has TLS already; use a server of node:net, node:http, or http2.createServer()')
  }
  let current = settings(options)
  secured.add(server)
  const listeners = server.listeners('connection')
  for (const listener of listeners) server.off('connection', listener as (socket: Socket) => void)
  server.on('connection', (raw: Socket) => {
    accept(server, raw, current, (socket) => {
      server.emit('secureConnection', socket)
      for (const listener of listeners) listener.call(server, socket)
    })
  })
  const value = (replaced: TlsServerOptions): void => {
    current = settings(replaced)
  }
  Object.defineProperty(server, 'setSecureContext', { value, configurable: true, writable: true })
  return server as SecureServer<S>
}

function accept(
  server: NetServer,
  raw: Socket,
  { config, handshakeTimeout }: Settings,
  done: (socket: TlsSocket) => void,
): void {
  let tls
  try {
    tls = native.TlsConnection.accept(config)
  } catch (error) {
    server.emit('tlsClientError', fromNative(error), raw)
    raw.destroy()
    return
  }
  const socket = new TlsSocket(raw, tls)
  const timer = setTimeout(() => {
    socket.destroy(
      new TimeoutError(`TLS: the handshake did not end within ${handshakeTimeout} ms`, {
        advice: 'check the client, or increase handshakeTimeout',
      }),
    )
  }, handshakeTimeout)
  const failed = (error: Error) => {
    server.emit('tlsClientError', error, socket)
  }
  socket.once('error', failed)
  socket.once('close', () => {
    clearTimeout(timer)
  })
  socket.once('secure', () => {
    clearTimeout(timer)
    socket.off('error', failed)
    // As Node.js does; its HTTP/2 needs it for clients of HTTP/1.1.
    Object.assign(socket, { server })
    done(socket)
  })
}
