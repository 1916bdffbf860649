/** What all calls have: a signal, a time-out, errors, and a channel that says what goes on. */

import { tracingChannel } from 'node:diagnostics_channel'
import { performance } from 'node:perf_hooks'

import { describe } from './bytes.js'
import { fromNative } from './errors.js'
import { native, type Call } from './native.js'

/** What may be said of any call. */
export interface CallOptions {
  /** Stops waiting when it aborts; the call then rejects with the signal's reason. A request that was already sent is not recalled. */
  signal?: AbortSignal | undefined
  /** How long the whole call may take, in milliseconds, in place of the client's own time-out, which is for each answer. */
  timeout?: number | undefined
}

/** What subscribers of the tracing channel `parsec:call` get: never data. */
export interface CallEvent {
  /** The method that was called: `sign`, `generate` … */
  operation: string
  /** The key that it is about, where it is about one. */
  keyName: string | undefined
  /** How long it took in milliseconds, once it has ended. */
  duration?: number
}

/**
 * Tells subscribers of each call: `start` when it begins, `asyncEnd` when it has ended, `error`
 * when it failed. The events are {@link CallEvent}s.
 *
 * @example
 * ```ts
 * import { events } from '@parsec/client'
 *
 * events.asyncEnd.subscribe((event) => {
 *   console.log(event)
 * })
 * await parsec.ping()
 * ```
 */
export const events = tracingChannel<CallEvent, CallEvent>('parsec:call')

const CHANNELS = [events.start, events.end, events.asyncStart, events.asyncEnd, events.error]

/** Calls of several requests that change nothing. */
const READS = new Set(['connect', 'open'])

/** Milliseconds that fit the addon. */
export function milliseconds(value: unknown, argument: string): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${argument}: must be a number of milliseconds, not ${describe(value)}`)
  }
  if (!(value >= 1) || value > 0xffff_ffff) {
    throw new RangeError(`${argument}: must be from 1 to 4294967295 milliseconds, not ${String(value)}`)
  }
  return Math.ceil(value)
}

/** Signals are signals. */
export function checkSignal(signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`options.signal: must be an AbortSignal, not ${describe(signal)}`)
  }
}

/** Options objects come last; a number or a string in their place is a mistake to tell. */
export function checkOptions(options: unknown, argument = 'options'): void {
  const object = typeof options === 'object' && options !== null
  if (!object || ArrayBuffer.isView(options) || Array.isArray(options)) {
    throw new TypeError(`${argument}: must be an object, not ${describe(options)}`)
  }
}

/** Runs one call of the addon. */
export async function run<T>(
  operation: string,
  keyName: string | undefined,
  options: CallOptions,
  start: (call?: Call) => Promise<T>,
): Promise<T> {
  checkOptions(options)
  const { signal, timeout } = options
  checkSignal(signal)
  const limit = timeout === undefined ? undefined : milliseconds(timeout, 'options.timeout')
  signal?.throwIfAborted()
  const call = signal === undefined && limit === undefined ? undefined : new native.Call(limit, !READS.has(operation))
  const work = () => settle(start, call, signal)
  if (!CHANNELS.some((channel) => channel.hasSubscribers)) return await work()
  const event: CallEvent = { operation, keyName }
  const begun = performance.now()
  const answers: T[] = []
  // What it gives would go to the subscribers, who get no data.
  const traced = async () => {
    try {
      answers.push(await work())
    } finally {
      event.duration = performance.now() - begun
    }
  }
  await events.tracePromise(traced, event)
  return answers[0] as T
}

async function settle<T>(
  start: (call?: Call) => Promise<T>,
  call: Call | undefined,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) {
    try {
      return await start(call)
    } catch (error) {
      throw fromNative(error)
    }
  }
  let stop = (): void => undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      call?.cancel()
      // The reason is the caller's own, whatever it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal.reason)
    }
  })
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([start(call), stopped])
  } catch (error) {
    throw fromNative(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
