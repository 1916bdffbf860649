// {{ banner }}

/** The addon's form of the options of new keys. */

import { choice, choices, flag, hashName } from '../arguments.js'
import type { NativeSpec } from '../native.js'
import { providerNumber } from '../provider.js'
import { {% for choice in choices %}{{ choice.table }}{% if !loop.last %}, {% endif %}{% endfor %} } from './key-names.js'
import type { KeyOptions, PlacementOptions } from './key-options.js'

/** The names of options that choose the provider. */
export const PLACEMENT = [{% for option in placement %}'{{ option.name }}'{% if !loop.last %}, {% endif %}{% endfor %}]

/** The names of options that change the attributes. */
export const POLICY = [{% for option in policy %}'{{ option.name }}'{% if !loop.last %}, {% endif %}{% endfor %}]

/** The addon's form of the options that choose the provider. */
export function placement(options: PlacementOptions): NativeSpec {
  const spec: NativeSpec = {}
{%- for option in placement %}
  if (options.{{ option.name }} !== undefined) spec.{{ option.name }} = {{ option.check }}
{%- endfor %}
  return spec
}

/** The addon's form of the options that change the attributes. */
export function policy(options: KeyOptions): NativeSpec {
  const spec: NativeSpec = {}
{%- for option in policy %}
  if (options.{{ option.name }} !== undefined) spec.{{ option.name }} = {{ option.check }}
{%- endfor %}
  return spec
}
