/** Data in pieces: async iterables, Node.js streams and Web streams. */

import { bytes, describe, type Bytes, type OwnBytes } from './bytes.js'
import { CALL_OPTIONS, checkObject, run, type CallOptions } from './call.js'
import { Limit } from './limit.js'
import type { Call, NativeStream } from './native.js'
import { checkProgress, reporter, type ProgressOption } from './progress.js'

/** Data in pieces: an iterable or an async iterable, such as a readable stream of Node.js or of the Web. */
export type Source = AsyncIterable<Bytes> | Iterable<Bytes>

/** Options for data in pieces. `timeout` is for all of it, including the time of its source and its reader. */
export interface StreamOptions extends CallOptions {
  /** Reports the progress: a function, or `true` for a line on standard error if it is a terminal. */
  progress?: ProgressOption | undefined
  /** The total number of bytes, if it is known. AES-CCM needs it; progress shows it. */
  length?: number | undefined
}

/** The options of calls that take data in pieces. */
export const STREAM_OPTIONS: readonly string[] = ['progress', 'length', ...CALL_OPTIONS]

/** The size of the pieces that are sent, far below the limit of a request. */
const PIECE = 256 * 1024

/** Whether this is data in pieces instead of bytes. */
export function isSource(value: unknown): value is Source {
  return (
    typeof value === 'object' &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  )
}

/** Checks the arguments before anything is sent. */
function checkSource(source: unknown, options: StreamOptions): void {
  checkObject(options, 'options')
  checkProgress(options.progress)
  if (!isSource(source)) {
    throw new TypeError(`source: must be a stream or another iterable of bytes, not ${describe(source)}`)
  }
}

/** The pieces of a source, split to the maximum size. They are read on demand, for backpressure. */
export async function* pieces(source: Source, options: StreamOptions, limit: Limit): AsyncGenerator<Uint8Array> {
  checkSource(source, options)
  const { step, end } = reporter(options.progress, options.length)
  for await (const piece of limit.over(source)) {
    const view = bytes(piece, 'source')
    for (let at = 0; at < view.byteLength; at += PIECE) {
      const part = view.subarray(at, at + PIECE)
      yield part
      step(part.byteLength)
    }
  }
  end()
}

/** Sends a source through a stream of the service, and yields the output in pieces. */
export async function* pump(
  operation: string,
  keyName: string | undefined,
  source: Source,
  options: StreamOptions,
  open: (call?: Call) => Promise<NativeStream>,
): AsyncGenerator<OwnBytes, void, void> {
  checkSource(source, options)
  const limit = new Limit(operation, keyName, options)
  const ask = <T>(what: string, start: (call?: Call) => Promise<T>) =>
    run(`${operation}.${what}`, keyName, limit.rest(), start)
  const stream = await ask('open', open)
  try {
    for await (const piece of pieces(source, options, limit)) {
      const out = await ask('update', (call) => stream.update(piece, call))
      if (out.byteLength > 0) yield out
    }
    const last = await ask('finish', (call) => stream.finish(call))
    if (last.byteLength > 0) yield last
  } finally {
    // After an error, or if the reader stops early, the service must not wait for more.
    stream.abort()
  }
}

/** Concatenates all pieces. */
export async function collect(source: AsyncIterable<Uint8Array>, limit = Infinity): Promise<OwnBytes> {
  const all: Uint8Array[] = []
  let length = 0
  for await (const piece of source) {
    length += piece.byteLength
    if (length > limit) {
      for (const held of all) held.fill(0)
      throw new RangeError(
        `options.maxBuffer: more than ${String(limit)} bytes; increase it, or read with { unverified: true } and use nothing before the end`,
      )
    }
    all.push(piece)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of all) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}
