/**
 * The addon. It is not public, but not marked as internal either: TypeScript would remove the import from
 * the declarations, which need it.
 *
 * @module
 */

// eslint-disable-next-line @typescript-eslint/no-require-imports
import native = require('../native/native.cjs')

export { native }
export type {
  Call,
  ConnectOptions as NativeConnectOptions,
  NativeClient,
  NativeKey,
  NativeStream,
  Spec as NativeSpec,
  TlsConfig,
  TlsConnection,
  TlsServerConfig,
  TlsStep,
} from '../native/native.cjs'
