/** Verification of data in pieces. */

import type { KeyCalls } from '../keys/calls.js'
import { Limit } from '../limit.js'
import type { Source } from '../streams.js'
import { digest, type DigestOptions } from './digest.js'

/** Verifies the signature of data in pieces: hashes it in the client, and verifies the signature of the hash. */
export async function verifySource(
  calls: KeyCalls,
  signature: Uint8Array,
  message: Source,
  options: DigestOptions,
): Promise<void> {
  const limit = new Limit('verify', calls.name, calls.timed(options))
  const hash = await digest(calls, message, options, limit)
  await calls.run('verify', limit.rest(), (native, call) => native.verifyingVerifyHash(signature, hash, call))
}
