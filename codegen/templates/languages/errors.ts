// {{ banner }}

/** Anything that went wrong; the subclasses are the kinds that callers branch on. */
export class ParsecError extends Error {
  /** A stable word for programs. */
  readonly code: string = 'ERR_PARSEC'
  /** The number of the wire's status, where the service answered with one. */
  readonly status: number | undefined
  /** What happened, for a person. */
  readonly detail: string

  constructor(detail: string, options: { status?: number; cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.detail = detail
    this.status = options.status
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

/** The class for each status of the wire. */
export const byStatus = new Map<
  number,
  new (detail: string, options?: { status?: number; cause?: unknown }) => AnyParsecError
>([
{%- for (status, kind) in self::failures(statuses) %}
  [{{ status.number }}, {{ self::class(kind) }}Error],
{%- endfor %}
])
