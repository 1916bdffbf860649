/** Timeout and cancellation of a call with several requests. */

import { checkObject, checkSignal, milliseconds, type CallOptions } from './call.js'
import { TimeoutError } from './errors.js'

/** The longest time of a timer: 24 days. */
const LONGEST = 2 ** 31 - 1

/** The timeout and the signal of one call that sends several requests and waits for data of its caller. */
export class Limit {
  readonly #operation: string
  readonly #keyName: string | undefined
  readonly #signal: AbortSignal | undefined
  readonly #end: number | undefined

  constructor(operation: string, keyName: string | undefined, options: CallOptions) {
    checkObject(options, 'options')
    const { signal, timeout } = options
    checkSignal(signal)
    this.#operation = operation
    this.#keyName = keyName
    this.#signal = signal
    if (timeout !== undefined) this.#end = performance.now() + milliseconds(timeout, 'options.timeout')
  }

  /** Returns the options of the next request, with the remaining time. */
  rest(): CallOptions {
    return { signal: this.#signal, timeout: this.#left() }
  }

  /** Returns the items of a source, within the timeout. */
  async *over<T>(source: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, void> {
    const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
    let waiting = true
    try {
      for (;;) {
        const next: IteratorResult<T> = await this.#wait(() => iterator.next())
        if (next.done === true) {
          waiting = false
          return
        }
        yield next.value
      }
    } finally {
      // Does not wait for the end of the source, which may hang.
      if (waiting) Promise.resolve(iterator.return?.()).catch(() => undefined)
    }
  }

  /** Returns the remaining milliseconds. */
  #left(): number | undefined {
    if (this.#end === undefined) return undefined
    const left = this.#end - performance.now()
    if (left < 1) throw this.#late()
    return left
  }

  async #wait<T>(next: () => T | Promise<T>): Promise<T> {
    this.#signal?.throwIfAborted()
    const left = this.#left()
    if (left === undefined && this.#signal === undefined) return await next()
    const over = new AbortController()
    const stopped = new Promise<never>((_, reject) => {
      const timer =
        left === undefined
          ? undefined
          : setTimeout(
              () => {
                reject(this.#late())
              },
              Math.min(left, LONGEST),
            )
      // The reason is any value of the caller.
      const abort = () => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(this.#signal?.reason)
      }
      this.#signal?.addEventListener('abort', abort, { signal: over.signal })
      over.signal.addEventListener('abort', () => {
        clearTimeout(timer)
      })
    })
    try {
      return await Promise.race([next(), stopped])
    } finally {
      over.abort()
    }
  }

  #late(): TimeoutError {
    return new TimeoutError(
      `${this.#operation} timed out; increase { timeout }, or check why its source or its reader is slow`,
      {
        operation: this.#operation,
        keyName: this.#keyName,
        advice: 'increase the timeout, or check why the source or the reader is slow',
      },
    )
  }
}
