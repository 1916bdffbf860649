/** Connections to servers. */

import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from 'node:net'

import { fromNative } from '../errors.js'
import { native } from '../native.js'
import type { ClientSettings } from './config.js'
import { NET_OPTIONS } from './node-options.js'
import { TlsSocket } from './socket.js'

/**
 * Opens a connection. `names` are names of the server: the first that is not empty must be in its certificate,
 * unless the settings have another one. `over` is an open connection, for example through a proxy.
 */
export function open(
  settings: ClientSettings,
  where: TcpNetConnectOpts,
  names: (string | null | undefined)[],
  over?: Socket,
): TlsSocket {
  // For addresses, Node.js and undici pass an empty name.
  const given = [settings.servername, ...names].find((name) => name != null && name !== '')
  const name = unbracketed(given ?? 'localhost')
  const { check } = settings
  try {
    const tls = new native.TlsConnection(settings.config, name)
    const socket = over ?? connectTcp({ noDelay: true, ...only(where) })
    return new TlsSocket(socket, tls, {
      servername: name,
      check: check && ((certificate) => check(name, certificate)),
    })
  } catch (error) {
    throw fromNative(error)
  }
}

/** The options of TCP. Requests have more. */
function only(where: TcpNetConnectOpts): TcpNetConnectOpts {
  const given = where as unknown as Record<string, unknown>
  const known = NET_OPTIONS.filter((name) => given[name] !== undefined)
  return Object.fromEntries(known.map((name) => [name, given[name]])) as unknown as TcpNetConnectOpts
}

/** Removes the brackets of IPv6 addresses in URLs. */
function unbracketed(name: string): string {
  const inner = /^\[(.*)\]$/.exec(name)?.[1]
  return inner !== undefined && isIP(inner) === 6 ? inner : name
}
