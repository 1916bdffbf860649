/** Progress of long calls. */

import { describe } from './bytes.js'

/** The progress of a call. */
export interface Progress {
  /** Number of processed bytes. */
  bytes: number
  /** The total number of bytes, if it is known. */
  total: number | undefined
}

/** A function that receives the progress, or `true` for a line on standard error if it is a terminal. */
export type ProgressOption = boolean | ((progress: Progress) => void)

/** Checks the option. */
export function checkProgress(option: unknown): void {
  if (['undefined', 'boolean', 'function'].includes(typeof option)) return
  throw new TypeError(`options.progress: must be true or a function, not ${describe(option)}`)
}

const INTERVAL = 100

/** The functions to call after each step and at the end. */
export function reporter(
  option: ProgressOption | undefined,
  total: number | undefined,
): { step: (bytes: number) => void; end: () => void } {
  let bytes = 0
  if (typeof option === 'function') {
    return {
      step: (more) => {
        bytes += more
        option({ bytes, total })
      },
      end: () => undefined,
    }
  }
  const out = process.stderr
  if (option !== true || !out.isTTY) return { step: () => undefined, end: () => undefined }
  let shown = 0
  const show = () => {
    const share = total ? ` of ${(total / 1e6).toFixed(1)}` : ''
    out.write(`\r${(bytes / 1e6).toFixed(1)}${share} MB`)
  }
  return {
    step: (more) => {
      bytes += more
      const now = Date.now()
      if (now - shown < INTERVAL) return
      shown = now
      show()
    },
    end: () => {
      show()
      out.write('\n')
    },
  }
}
