/**
 * The addon. No part of the public interface, and yet not marked as internal: TypeScript would leave
 * the import out of the declarations, which need it.
 *
 * @module
 */

// The one form that is both an ES module's import and CommonJS's.
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
  TlsStep,
} from '../native/native.cjs'
