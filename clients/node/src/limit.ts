/** How long a call of several steps may take, and what stops it between them. */

import { checkObject, checkSignal, milliseconds, type CallOptions } from './call.js'
import { TimeoutError } from './errors.js'

/** The most that a timer can wait: 24 days. */
const LONGEST = 2 ** 31 - 1

/** The time and the signal of one call that makes several requests and waits for its caller's data. */
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

  /** The options of the next request: it has what is left of the time. */
  rest(): CallOptions {
    return { signal: this.#signal, timeout: this.#left() }
  }

  /** The items of a source, within the time limit. */
  async *over<T>(source: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, void> {
    const iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
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
      // A source that hangs would never say that it has ended, so nobody waits for that.
      if (waiting) Promise.resolve(iterator.return?.()).catch(() => undefined)
    }
  }

  /** Milliseconds that are left. */
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
      const timer = left === undefined ? undefined : setTimeout(() => { reject(this.#late()) }, Math.min(left, LONGEST))
      // The reason is the caller's own, whatever it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      const abort = () => { reject(this.#signal?.reason) }
      this.#signal?.addEventListener('abort', abort, { signal: over.signal })
      over.signal.addEventListener('abort', () => { clearTimeout(timer) })
    })
    try {
      return await Promise.race([next(), stopped])
    } finally {
      over.abort()
    }
  }

  #late(): TimeoutError {
    return new TimeoutError(
      `${this.#operation} did not end in time; allow more with { timeout }, or see why its source or its reader takes so long`,
      { operation: this.#operation, keyName: this.#keyName, advice: 'allow more time, or see why its source or its reader takes so long' },
    )
  }
}
