/**
 * A client of the Parsec service, for keys in a TPM, in an HSM or in the service itself.
 *
 * @packageDocumentation
 */

export type { Bytes, OwnBytes } from './bytes.js'
export { events, type CallEvent, type CallOptions } from './call.js'
export { Client, type ImportOptions, type TemporaryOptions } from './client.js'
export { connect, type Authentication, type ConnectOptions } from './connect.js'
export { Csr } from './csr.js'
export {
  BusyError,
  DecryptionFailedError,
  DeviceUnavailableError,
  InternalError,
  InvalidArgumentError,
  InvalidSignatureError,
  KeyExistsError,
  KeyNotFoundError,
  NotAuthenticatedError,
  NotPermittedError,
  NotSupportedError,
  ParsecError,
  ProtocolError,
  ServiceUnavailableError,
  TimeoutError,
  type AnyParsecError,
  type ErrorOptions,
} from './errors.js'
export * from './generated/handles/index.js'
export { Raw, type RawOptions } from './generated/raw.js'
export type * as types from './generated/types.js'
export type { KeyMaterial } from './import.js'
export type { KeyEntry } from './key-entry.js'
export type { JwsHeader, JwtClaims, JwtOptions } from './jws.js'
export { OtherKey } from './keys/other.js'
export type { AnyKey, KeyClass, KeyFor, Role } from './keys/roles.js'
export { SigningKey } from './keys/signing.js'
export { SymmetricKey, type DecryptStreamOptions } from './keys/symmetric.js'
export type { Progress, ProgressOption } from './progress.js'
export type { Provider, ProviderName } from './provider.js'
export { PublicKey, type CryptoKeyOptions, type PublicJwk, type PublicKeyMaterial } from './public-key.js'
export { ALGORITHMS } from './spec.js'
export type * from './generated/key-options.js'
export type { Source, StreamOptions } from './streams.js'
export { Subtle, type SubtleAlgorithm, type SubtleParameters } from './subtle/index.js'
export {
  Agent,
  Tls,
  TlsSocket,
  type AgentOptions,
  type HttpsServerOptions,
  type Pem,
  type SecureServer,
  type StreamServerOptions,
  type TlsOptions,
  type TlsServerOptions,
  type TlsTarget,
  type TlsVersion,
  type UndiciCallback,
  type UndiciConnectOptions,
} from './tls/index.js'
