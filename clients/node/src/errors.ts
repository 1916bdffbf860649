/** Errors of the service, from what the addon hands over. */

import { camel } from './names.js'
import { byKind, InternalError, type AnyParsecError } from './generated/errors.js'

export * from './generated/errors.js'

interface Payload {
  kind: string
  message: string
  status?: number
  detail?: string
  advice?: string
  retryable?: boolean
  retry_after_ms?: number
  outcome_unknown?: boolean
  operation?: string
  key_name?: string
  field?: string
  cause?: string
}

function payload(message: string): Payload | undefined {
  if (!message.startsWith('{')) return undefined
  try {
    return JSON.parse(message) as Payload
  } catch {
    return undefined
  }
}

/** The error of a message that the addon wrote, or nothing where it did not write it. */
export function fromPayload(message: string): AnyParsecError | undefined {
  const read = payload(message)
  const Class = read && byKind.get(read.kind)
  if (read === undefined || Class === undefined) return undefined
  return new Class(read.message, {
    detail: read.detail,
    status: read.status,
    advice: read.advice,
    retryable: read.retryable,
    retryAfter: read.retry_after_ms,
    outcomeUnknown: read.outcome_unknown,
    operation: read.operation,
    keyName: read.key_name,
    cause: read.cause === undefined ? undefined : new Error(read.cause),
  })
}

/** The error of a field with a wrong value, by the names that JavaScript gives to fields. */
function mistyped(field: string, message: string): TypeError {
  return new TypeError(`${camel(field)}: ${message.replace(/`\w+`/g, camel)}`)
}

/** The error of a call that the addon rejected, with a stack of its own. */
export function fromNative(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const known = fromPayload(error.message)
  if (known !== undefined) return known
  const read = payload(error.message)
  if (read?.field !== undefined) return mistyped(read.field, read.message)
  // A panic before there was a promise, as napi reports it.
  if (!('code' in error) || error.code !== 'GenericFailure') return error
  const message = `the native client failed: ${error.message}; please report this`
  return new InternalError(message, { advice: 'please report this', cause: error })
}
