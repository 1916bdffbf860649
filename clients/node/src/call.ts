/** Calls of the addon: signals, timeouts, errors and the diagnostics channel. */

import { tracingChannel } from 'node:diagnostics_channel'
import { performance } from 'node:perf_hooks'

import { describe, own, type Own } from './bytes.js'
import { fromNative } from './errors.js'
import { native, type Call } from './native.js'

/** Options of every call. */
export interface CallOptions {
  /** Stops waiting when it aborts; the call then rejects with the signal's reason. The service still executes a request that was already sent. */
  signal?: AbortSignal | undefined
  /** The timeout of the whole call in milliseconds. Default: that of the client, for each response. */
  timeout?: number | undefined
}

/** An event of the tracing channel `parsec:call`. It holds no data. */
export interface CallEvent {
  /** The method: `sign`, `generate` … */
  operation: string
  /** The key that the call concerns, if there is one. */
  keyName: string | undefined
  /** The duration in milliseconds, after the end of the call. */
  duration?: number
}

/**
 * The diagnostics channel of all calls: `start` at the beginning of a call, `asyncEnd` at its end, `error`
 * if it fails. The events are {@link CallEvent}s.
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

/** Calls of several requests that do not change anything. */
const READS = new Set(['connect', 'open'])

/** Milliseconds of 32 bits. */
export function milliseconds(value: unknown, argument: string): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${argument}: must be a number of milliseconds, not ${describe(value)}`)
  }
  if (!(value >= 1) || value > 0xffff_ffff) {
    throw new RangeError(`${argument}: must be from 1 to 4294967295 milliseconds, not ${String(value)}`)
  }
  return Math.ceil(value)
}

/** An `AbortSignal`, or none. */
export function checkSignal(signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal !== undefined && !isSignal(signal)) {
    throw new TypeError(`options.signal: must be an AbortSignal, not ${describe(signal)}`)
  }
}

/** Whether this is an `AbortSignal`, of any realm. */
function isSignal(value: unknown): boolean {
  const given = value as Partial<AbortSignal> | null
  return (
    typeof given === 'object' && typeof given?.aborted === 'boolean' && typeof given.addEventListener === 'function'
  )
}

/** The options of every call. */
export const CALL_OPTIONS: readonly string[] = ['signal', 'timeout']

/** An object, not a number or a string in its place. */
export function checkObject(value: unknown, argument: string): asserts value is object {
  const object = typeof value === 'object' && value !== null
  if (!object || ArrayBuffer.isView(value) || Array.isArray(value)) {
    throw new TypeError(`${argument}: must be an object, not ${describe(value)}`)
  }
}

/** An object with known options. */
export function checkOptions(options: unknown, known: readonly string[]): void {
  checkObject(options, 'options')
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !known.includes(name)) {
      throw new TypeError(`options.${name}: is not an option of this call, which has ${known.join(', ')}`)
    }
  }
}

/** Runs one call of the addon. */
export async function run<T>(
  operation: string,
  keyName: string | undefined,
  options: CallOptions,
  start: (call?: Call) => Promise<T>,
): Promise<Own<T>> {
  checkObject(options, 'options')
  const { signal, timeout } = options
  checkSignal(signal)
  const limit = timeout === undefined ? undefined : milliseconds(timeout, 'options.timeout')
  signal?.throwIfAborted()
  const call = signal === undefined && limit === undefined ? undefined : new native.Call(limit, !READS.has(operation))
  const work = () => settle(start, call, signal)
  if (!CHANNELS.some((channel) => channel.hasSubscribers)) return await work()
  const event: CallEvent = { operation, keyName }
  const begun = performance.now()
  let answer = undefined as Own<T>
  // Subscribers do not receive the result, which is data.
  const traced = async () => {
    try {
      answer = await work()
    } finally {
      event.duration = performance.now() - begun
    }
  }
  await events.tracePromise(traced, event)
  return answer
}

async function settle<T>(
  start: (call?: Call) => Promise<T>,
  call: Call | undefined,
  signal: AbortSignal | undefined,
): Promise<Own<T>> {
  if (signal === undefined) {
    try {
      return own(await start(call))
    } catch (error) {
      throw fromNative(error)
    }
  }
  let stop = (): void => undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      call?.cancel()
      // The reason is any value of the caller.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal.reason)
    }
  })
  signal.addEventListener('abort', stop, { once: true })
  try {
    return own(await Promise.race([start(call), stopped]))
  } catch (error) {
    throw fromNative(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
