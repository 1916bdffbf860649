// {{ banner }}

/** Details of an error besides its message. */
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
 * Anything that went wrong; the subclasses are the kinds that callers branch on.
 *
 * Its message is one line for a person: what failed, with which key, why, and what to do next. It
 * never holds a secret.
 */
export class ParsecError extends Error {
  /** A stable word for programs. */
  readonly code: string = 'ERR_PARSEC'
  /** The number of the wire's status, where the service answered with one. */
  readonly status: number | undefined
  /** What happened, for a person. */
  readonly detail: string
  /** What to do next. */
  readonly advice: string
  /** Whether the same call may succeed later, and doing it again does no harm. */
  readonly retryable: boolean
  /** Milliseconds to wait before trying again, where the service said so. */
  readonly retryAfter: number | undefined
  /** Whether the service may have done what was asked, though nothing says so. */
  readonly outcomeUnknown: boolean
  /** The operation that failed, where it was one. */
  readonly operation: string | undefined
  /** The key that it was about, where it was about one. */
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
