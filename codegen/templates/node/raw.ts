// {{ banner }}

import type * as types from './types.js'

/** Options of a call. */
export interface RawOptions {
  /** The number of the provider. The default is the client's provider. */
  provider?: number | undefined
  /** Aborts the call. */
  signal?: AbortSignal | undefined
  /** The timeout of the call in milliseconds. The default is the client's timeout. */
  timeout?: number | undefined
}

/** Sends operations to a provider. The default is the client's provider. */
export interface Caller {
  call(operation: string, input: object, options: RawOptions): Promise<object>
}

/** Every operation of the service, with the names of the contracts and without defaults. */
export class Raw {
  readonly #caller: Caller

  constructor(caller: Caller) {
    this.#caller = caller
  }
{%- for operation in operations %}

{{ operation.doc }}
{{ operation.signature }}
{%- if operation.core %}
    const onService = { ...options, provider: 0 }
{%- endif %}
    {% if operation.output.is_some() %}const output = {% endif %}await this.#caller.call('{{ operation.name }}', {{ operation.input }}, {% if operation.core %}onService{% else %}options{% endif %})
{%- if let Some(output) = operation.output %}
    return output as types.{{ output }}
{%- endif %}
  }
{%- endfor %}
}
