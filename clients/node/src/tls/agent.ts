/** An agent for `https.request`. */

import type { AgentOptions as HttpAgentOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { TcpNetConnectOpts } from 'node:net'

import { checkOptions } from '../call.js'
import { CLIENT_OPTIONS, clientSettings, type ClientSettings, type TlsOptions } from './config.js'
import { NET_OPTIONS, POOL_OPTIONS, refuseTlsOptions } from './node-options.js'
import { open } from './open.js'
import type { TlsSocket } from './socket.js'

/** Options of an agent: for its TLS connections, for TCP, and for its pool. */
export type AgentOptions = TlsOptions & Omit<HttpAgentOptions, 'onread'>

/** An `https.Agent` whose connections use the TLS of the addon and signatures of the service. */
export class Agent extends HttpsAgent {
  readonly #settings: ClientSettings

  /** @internal */
  constructor(options: AgentOptions) {
    checkOptions(options, [...CLIENT_OPTIONS, ...NET_OPTIONS, ...POOL_OPTIONS])
    const { key, cert, ca, ALPNProtocols, minVersion, maxVersion, ...others } = options
    const { servername, rejectUnauthorized, checkServerIdentity, ...rest } = others
    const settings = clientSettings({
      ...{ key, cert, ca, ALPNProtocols, minVersion, maxVersion },
      ...{ servername, rejectUnauthorized, checkServerIdentity },
    })
    super(rest)
    this.#settings = settings
  }

  /** @internal */
  override createConnection(options: TcpNetConnectOpts & { servername?: string; hostname?: string }): TlsSocket {
    refuseTlsOptions(options)
    const { host = 'localhost', servername, hostname } = options
    return open(this.#settings, { ...options, host }, [servername, options.host, hostname])
  }
}
