/** Finding the service. */

import { text, whole } from './arguments.js'
import { describe } from './bytes.js'
import { CALL_OPTIONS, checkOptions, milliseconds, run, type CallOptions } from './call.js'
import { ClientCalls } from './client-calls.js'
import { Client } from './client.js'
import { native, type NativeConnectOptions } from './native.js'
import { providerNumber, type Provider } from './provider.js'

/**
 * How a client says who it is: not at all, by a name that the service takes on trust, by the user of
 * this process, or by a JWT-SVID of SPIFFE, as it is or in a file that is read for every request.
 */
export type Authentication =
  | 'none'
  | 'unix-peer-credentials'
  | { direct: string }
  | { jwtSvid: string }
  | { jwtSvidFile: string }

const OPTIONS = ['endpoint', 'application', 'authentication', 'provider', 'maxBodySize', ...CALL_OPTIONS]

/** Options of a client. */
export interface ConnectOptions extends CallOptions {
  /** Where the service listens: `unix:/run/parsec/parsec.sock`. Else `PARSEC_SERVICE_ENDPOINT`, or the usual places. */
  endpoint?: string | undefined
  /** The application's name, for a service that takes names on trust. Else `PARSEC_APPLICATION`. */
  application?: string | undefined
  /**
   * How to say who the client is, in place of what the service offers. Keys belong to the identity that made
   * them, so an application must always come as the same.
   */
  authentication?: Authentication | undefined
  /** The one provider to use, in place of the best that can. */
  provider?: Provider | undefined
  /** The most bytes to take as an answer: 16 MiB unless said otherwise. */
  maxBodySize?: number | undefined
}

/**
 * Connects to the service: where the environment's `PARSEC_SERVICE_ENDPOINT` says, or else at the
 * system's socket or the user's own, as the identity that the service offers.
 *
 * @param options `timeout` is the client's for each answer: 30 seconds, or 120 where an RSA key is
 * made, unless said otherwise.
 * @throws ServiceUnavailableError with where it looked and how to start the service.
 *
 * @example
 * ```ts
 * import { connect } from '@parsec/client'
 *
 * const parsec = await connect()
 * const key = await parsec.getOrGenerate('web-tls')
 * console.log(key.publicKey.toPem())
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<Client> {
  checkOptions(options, OPTIONS)
  const said: NativeConnectOptions = {}
  const { endpoint, application, authentication, provider, timeout, maxBodySize } = options
  if (endpoint !== undefined) said.endpoint = text(endpoint, 'options.endpoint')
  if (application !== undefined) said.application = text(application, 'options.application')
  if (authentication !== undefined) Object.assign(said, authenticated(authentication))
  if (provider !== undefined) said.provider = providerNumber(provider)
  if (timeout !== undefined) said.timeoutMs = milliseconds(timeout, 'options.timeout')
  if (maxBodySize !== undefined) said.maxBodySize = whole(maxBodySize, 'options.maxBodySize', 1)
  const client = await run('connect', undefined, options, async (call) => await native.connect(said, call))
  return new Client(new ClientCalls(client, said.provider))
}

function authenticated(way: Authentication): Pick<NativeConnectOptions, 'authentication' | 'identity'> {
  if (typeof way === 'string') return { authentication: way }
  const named = { direct: 'direct', jwtSvid: 'jwt-svid', jwtSvidFile: 'jwt-svid-file' }
  for (const [name, authentication] of Object.entries(named)) {
    if (name in way) {
      const identity = (way as Record<string, unknown>)[name]
      return { authentication, identity: text(identity, `options.authentication.${name}`) }
    }
  }
  throw new TypeError(`options.authentication: must be one of its kinds, not ${describe(way)}`)
}
