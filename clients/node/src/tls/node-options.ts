/** The options of `node:tls` and `node:net`: which ones apply here, and which ones are refused. */

/** Options of `net.connect` for a connection over TCP. */
export const NET_OPTIONS = [
  'host',
  'port',
  'localAddress',
  'localPort',
  'family',
  'hints',
  'lookup',
  'autoSelectFamily',
  'autoSelectFamilyAttemptTimeout',
  'noDelay',
  'keepAlive',
  'keepAliveInitialDelay',
] as const

/** Options of the pool of an agent. */
export const POOL_OPTIONS = [
  'keepAliveMsecs',
  'maxSockets',
  'maxTotalSockets',
  'maxFreeSockets',
  'timeout',
  'scheduling',
] as const

/** Options of `http.createServer`. */
export const HTTP_SERVER_OPTIONS = [
  'IncomingMessage',
  'ServerResponse',
  'requestTimeout',
  'headersTimeout',
  'keepAliveTimeout',
  'keepAliveTimeoutBuffer',
  'connectionsCheckingInterval',
  'joinDuplicateHeaders',
  'highWaterMark',
  'insecureHTTPParser',
  'maxHeaderSize',
  'noDelay',
  'keepAlive',
  'keepAliveInitialDelay',
  'requireHostHeader',
  'uniqueHeaders',
  'rejectNonStandardBodyWrites',
] as const

/** Options of `net.createServer`. */
export const NET_SERVER_OPTIONS = [
  'allowHalfOpen',
  'noDelay',
  'keepAlive',
  'keepAliveInitialDelay',
  'highWaterMark',
] as const

/** Options of `node:tls` that apply to a whole configuration, not to one connection. */
const TLS_OPTIONS = [
  'ALPNCallback',
  'ALPNProtocols',
  'SNICallback',
  'allowPartialTrustChain',
  'ca',
  'cert',
  'checkServerIdentity',
  'ciphers',
  'clientCertEngine',
  'crl',
  'dhparam',
  'ecdhCurve',
  'enableTrace',
  'honorCipherOrder',
  'key',
  'maxVersion',
  'minDHSize',
  'minVersion',
  'passphrase',
  'pfx',
  'privateKeyEngine',
  'privateKeyIdentifier',
  'pskCallback',
  'rejectUnauthorized',
  'requestCert',
  'requestOCSP',
  'secureContext',
  'secureOptions',
  'secureProtocol',
  'session',
  'sessionIdContext',
  'sessionTimeout',
  'sigalgs',
  'ticketKeys',
]

/**
 * Refuses options of `node:tls` in the options of one request or connection: they would have no effect, and a
 * connection would be less secure than its caller believes.
 */
export function refuseTlsOptions(options: object): void {
  for (const name of TLS_OPTIONS) {
    const value = (options as Record<string, unknown>)[name]
    if (value === undefined || isDefault(name, value)) continue
    throw new TypeError(
      `options.${name}: has no effect on one connection with a key of the service; set it for the agent, if it has this option`,
    )
  }
}

/** Whether Node.js or a library passes this value although its user did not, or it is what happens anyway. */
function isDefault(name: string, value: unknown): boolean {
  if (name === 'rejectUnauthorized') return value === true
  return name === 'ALPNProtocols' && Array.isArray(value) && value.length === 1 && value[0] === 'http/1.1'
}
