// {{ banner }}

import type * as types from './types.js'

/** What may be said of a call besides its inputs. */
export interface RawOptions {
  /** The number of the provider, instead of the client's own. */
  provider?: number | undefined
  /** Stops waiting when it aborts. */
  signal?: AbortSignal | undefined
  /** How long the call may take, in milliseconds, in place of the client's own time-out. */
  timeout?: number | undefined
}

/** Sends an operation to a provider, or to the client's own where none is named. */
export interface Caller {
  call(operation: string, input: object, options: RawOptions): Promise<object>
}

/** Every operation as the contracts have it: their names, no defaults, nothing chosen. */
export class Raw {
  readonly #caller: Caller

  constructor(caller: Caller) {
    this.#caller = caller
  }
{% for operation in operations %}
  /** {{ operation.doc }} */
  async {{ operation.method }}({% if !operation.empty %}input: types.{{ operation.input }}, {% endif %}options: RawOptions = {}): Promise<types.{{ operation.output }}> {
    const answer = await this.#caller.call('{{ operation.name }}', {% if operation.empty %}{}{% else %}input{% endif %}, {% if operation.core %}{ ...options, provider: 0 }{% else %}options{% endif %})
    return answer as types.{{ operation.output }}
  }
{% endfor %}
}
