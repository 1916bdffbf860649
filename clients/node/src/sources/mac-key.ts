/** Message authentication codes of data in pieces. */

import type { OwnBytes } from '../bytes.js'
import type { KeyCalls } from '../keys/calls.js'
import { collect, pump, type Source, type StreamOptions } from '../streams.js'

/** Computes the code of data in pieces. */
export async function computeSource(calls: KeyCalls, data: Source, options: StreamOptions): Promise<OwnBytes> {
  return await collect(
    pump('compute', calls.name, data, calls.timed(options), (call) => calls.native.macComputeStream(call)),
  )
}

/** Verifies the code of data in pieces. */
export async function verifySource(
  calls: KeyCalls,
  code: Uint8Array,
  data: Source,
  options: StreamOptions,
): Promise<void> {
  await collect(
    pump('verify', calls.name, data, calls.timed(options), (call) => calls.native.macVerifyStream(code, call)),
  )
}
