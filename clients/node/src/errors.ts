/** Converts errors of the addon. */

import { types } from 'node:util'

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

/** Returns the error in a message of the addon, or `undefined` for other messages. */
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

/** Returns the error for a field with a wrong value, with the field's name in JavaScript. */
function mistyped(field: string, message: string): TypeError {
  return new TypeError(`${camel(field)}: ${message.replace(/`\w+`/g, camel)}`)
}

/** Returns the error for a call that the addon rejected, with a new stack. */
export function fromNative(error: unknown): unknown {
  // Errors of the addon are of its own realm, which is another one in Jest and in `node:vm`.
  if (!types.isNativeError(error)) return error
  const known = fromPayload(error.message)
  if (known !== undefined) return known
  const read = payload(error.message)
  if (read?.field !== undefined) return mistyped(read.field, read.message)
  // A panic before the promise was created, as napi reports it.
  if (!('code' in error) || error.code !== 'GenericFailure') return error
  const message = `the native client failed: ${error.message}; please report this`
  return new InternalError(message, { advice: 'please report this', cause: error })
}
