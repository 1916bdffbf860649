// {{ banner }}

/** Details of an error in addition to its message. */
export interface ErrorOptions {
  detail?: string | undefined
  status?: number | undefined
  advice?: string | undefined
  retryable?: boolean | undefined
  retryAfter?: number | undefined
  outcomeUnknown?: boolean | undefined
  operation?: string | undefined
  keyName?: string | undefined
  cause?: unknown
}

/**
 * Base class of all errors of this package. Each subclass is one kind of error.
 *
 * The message is one line: the operation that failed, the key, the cause and the next step. It
 * never contains a secret.
 */
export class ParsecError extends Error {
  /** The error code, which is stable across releases. */
  readonly code: string = 'ERR_PARSEC'
  /** The status number of the response, if the service responded. */
  readonly status: number | undefined
  /** A description of the error. */
  readonly detail: string
  /** The recommended next step. */
  readonly advice: string
  /** Whether the same call may succeed later, and a retry is safe. */
  readonly retryable: boolean
  /** Milliseconds to wait before a retry, if the service specifies it. */
  readonly retryAfter: number | undefined
  /** Whether the service may have executed the operation; no response arrived. */
  readonly outcomeUnknown: boolean
  /** The operation that failed, if there is one. */
  readonly operation: string | undefined
  /** The name of the key concerned, if there is one. */
  readonly keyName: string | undefined

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.detail = options.detail ?? message
    this.status = options.status
    this.advice = options.advice ?? ''
    this.retryable = options.retryable ?? false
    this.retryAfter = options.retryAfter
    this.outcomeUnknown = options.outcomeUnknown ?? false
    this.operation = options.operation
    this.keyName = options.keyName
  }
}
{% for kind in kinds %}
/** {{ self::one_line(kind.doc) }} */
export class {{ self::class(kind.name) }}Error extends ParsecError {
  override readonly code = 'ERR_PARSEC_{{ kind.name.shouty() }}'
}
{% endfor %}
/** Every error of this package. */
export type AnyParsecError =
{%- for kind in kinds %}
  | {{ self::class(kind.name) }}Error
{%- endfor %}

/** A class of errors of this package. */
export type AnyParsecErrorClass = new (message: string, options?: ErrorOptions) => AnyParsecError

/** The class for each kind. */
export const byKind: ReadonlyMap<string, AnyParsecErrorClass> = new Map<string, AnyParsecErrorClass>([
{%- for kind in kinds %}
  ['{{ kind.name.kebab() }}', {{ self::class(kind.name) }}Error],
{%- endfor %}
])
