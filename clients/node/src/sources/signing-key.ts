/** Signatures of data in pieces. */

import type { OwnBytes } from '../bytes.js'
import type { KeyCalls } from '../keys/calls.js'
import { Limit } from '../limit.js'
import type { Source } from '../streams.js'
import { digest, type DigestOptions } from './digest.js'

/** Signs data in pieces: hashes it in the client, and signs the hash. */
export async function signSource(calls: KeyCalls, message: Source, options: DigestOptions): Promise<OwnBytes> {
  const limit = new Limit('sign', calls.name, calls.timed(options))
  const hash = await digest(calls, message, options, limit)
  return await calls.run('sign', limit.rest(), (native, call) => native.signingSignHash(hash, call))
}
