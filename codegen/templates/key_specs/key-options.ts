// {{ banner }}

/** The options of new keys. */

import type { CallOptions } from '../call.js'
import type { Provider } from '../provider.js'
import type { {% for choice in choices %}{{ choice.table }}, {% endfor %}HASHES } from './key-names.js'
import type { ALGORITHMS } from './kinds.js'
import type { KeyAttributes } from './types.js'

type Algorithms = typeof ALGORITHMS
{% for (doc, name, table) in roles %}
/** {{ doc }} */
export type {{ name }}Algorithm = Algorithms['{{ table }}'][number]
{%- endfor %}

/** Every algorithm that has a name of its own. */
export type Algorithm = Algorithms[keyof Algorithms][number]

/** A hash function. */
export type HashName = (typeof HASHES)[number]
{% for choice in choices %}
/**
 * {{ choice.doc }}
 *
{%- for (doc, value) in choice.values %}
 * - `{{ value }}`: {{ doc }}
{%- endfor %}
 */
export type {{ choice.type_name }} = (typeof {{ choice.table }})[number]
{% endfor %}
/** Options that choose the provider of a new key. */
export interface PlacementOptions extends CallOptions {
{%- for option in placement %}
  /** {{ option.doc }} */
  {{ option.name }}?: {{ option.type_name }} | undefined
{%- endfor %}
}

/** Options of a new key. */
export interface KeyOptions<A extends Algorithm = Algorithm> extends PlacementOptions {
  /** The kind of the key. Default: ECDSA on P-256. */
  algorithm?: A | undefined
{%- for option in policy %}
  /** {{ option.doc }} */
  {{ option.name }}?: {{ option.type_name }} | undefined
{%- endfor %}
}

/** Options of a new key whose kind must be named. */
export type NewKeyOptions<A extends Algorithm> = KeyOptions<A> & { algorithm: A }

/** Options of a new key with all its attributes. */
export interface AttributeOptions extends PlacementOptions {
  /** All attributes, as the contracts define them. */
  attributes: KeyAttributes
}

