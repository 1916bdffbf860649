/** Hashes of data in pieces, calculated in the service. */

import type { OwnBytes } from '../bytes.js'
import type { ClientCalls } from '../client-calls.js'
import { collect, pump, type Source, type StreamOptions } from '../streams.js'

/** Calculates the hash of data in pieces. */
export async function hashSource(
  calls: ClientCalls,
  hash: string,
  data: Source,
  options: StreamOptions,
): Promise<OwnBytes> {
  return await collect(pump('hash', undefined, data, options, (call) => calls.native.hashStream(hash, call)))
}
