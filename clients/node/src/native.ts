/**
 * The addon.
 *
 * @internal
 * @module
 */

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
