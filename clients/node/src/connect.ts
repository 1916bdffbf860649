/** Finding the service. */

import { text, whole } from './arguments.js'
import { describe } from './bytes.js'
import { CALL_OPTIONS, checkOptions, milliseconds, run, type CallOptions } from './call.js'
import { ClientCalls } from './client-calls.js'
import { Client } from './client.js'
import { native, type NativeConnectOptions } from './native.js'
import { providerNumber, type Provider } from './provider.js'

/**
 * How a client authenticates: not at all, by a name that the service does not verify, by the user of this
 * process, or by a SPIFFE JWT-SVID, given directly or in a file that is read for every request.
 */
export type Authentication =
  'none' | 'unix-peer-credentials' | { direct: string } | { jwtSvid: string } | { jwtSvidFile: string }

const OPTIONS = ['endpoint', 'application', 'authentication', 'provider', 'maxBodySize', ...CALL_OPTIONS]

/** Options of a client. */
export interface ConnectOptions extends CallOptions {
  /** The endpoint: `unix:/run/parsec/parsec.sock`. Default: `PARSEC_SERVICE_ENDPOINT`, or the default sockets. */
  endpoint?: string | undefined
  /** The application name, for a service with the direct authenticator. Default: `PARSEC_APPLICATION`. */
  application?: string | undefined
  /**
   * How the client authenticates. Default: the first method that the service offers. Keys belong to the
   * identity that created them, so an application must always use the same one.
   */
  authentication?: Authentication | undefined
  /** The provider to use. Default: the first that supports an operation. */
  provider?: Provider | undefined
  /** The maximum size of a response in bytes. Default: 16 MiB. */
  maxBodySize?: number | undefined
}

/**
 * Connects to the service at the endpoint of the options or of the environment variable
 * `PARSEC_SERVICE_ENDPOINT`, or else at the socket of the system or of the user.
 *
 * @param options `timeout` applies to each response. Default: 30 seconds, or 120 for the generation of
 * an RSA key.
 * @throws ServiceUnavailableError with the sockets that were tried and how to start the service.
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
  const nativeOptions: NativeConnectOptions = {}
  const { endpoint, application, authentication, provider, timeout, maxBodySize } = options
  if (endpoint !== undefined) nativeOptions.endpoint = text(endpoint, 'options.endpoint')
  if (application !== undefined) nativeOptions.application = text(application, 'options.application')
  if (authentication !== undefined) Object.assign(nativeOptions, nativeAuthentication(authentication))
  if (provider !== undefined) nativeOptions.provider = providerNumber(provider)
  if (timeout !== undefined) nativeOptions.timeoutMs = milliseconds(timeout, 'options.timeout')
  if (maxBodySize !== undefined) nativeOptions.maxBodySize = whole(maxBodySize, 'options.maxBodySize', 1)
  const client = await run('connect', undefined, options, async (call) => await native.connect(nativeOptions, call))
  return new Client(new ClientCalls(client, nativeOptions.provider))
}

function nativeAuthentication(
  authentication: Authentication,
): Pick<NativeConnectOptions, 'authentication' | 'identity'> {
  if (typeof authentication === 'string') return { authentication }
  const names = { direct: 'direct', jwtSvid: 'jwt-svid', jwtSvidFile: 'jwt-svid-file' }
  for (const [name, authenticator] of Object.entries(names)) {
    if (name in authentication) {
      const identity = (authentication as Record<string, unknown>)[name]
      return { authentication: authenticator, identity: text(identity, `options.authentication.${name}`) }
    }
  }
  throw new TypeError(`options.authentication: must be a known authentication, not ${describe(authentication)}`)
}
