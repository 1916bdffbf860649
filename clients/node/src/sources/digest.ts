/** Hashes of data in pieces, for signatures. */

import { createHash } from 'node:crypto'

import { NotSupportedError } from '../errors.js'
import { hashOf } from '../keys/algorithm.js'
import type { KeyCalls } from '../keys/calls.js'
import type { Limit } from '../limit.js'
import { hashName, type HashName } from '../spec.js'
import { pieces, type Source, type StreamOptions } from '../streams.js'

/** Options of a signature over data in pieces. */
export interface DigestOptions extends StreamOptions {
  hash?: HashName | undefined
}

/** The hash of data in pieces, calculated in the client. */
export async function digest(
  calls: KeyCalls,
  source: Source,
  options: DigestOptions,
  limit: Limit,
): Promise<Uint8Array> {
  const name =
    options.hash === undefined ? hashOf(calls.description.attributes) : hashName(options.hash, 'options.hash')
  if (name === undefined) {
    throw new NotSupportedError(
      `"${calls.name}": a key of this kind signs whole messages, not data in pieces; collect the data first`,
    )
  }
  // OpenSSL writes "sha512-256".
  const hash = createHash(name.replace(/^sha-/, 'sha'))
  for await (const piece of pieces(source, options, limit)) hash.update(piece)
  return hash.digest()
}
