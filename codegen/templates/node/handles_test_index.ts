// {{ banner }}

import type { HandleExample } from '../handle-example.js'
{%- for (name, file) in modules %}
import { examples as {{ name }} } from './{{ file }}.js'
{%- endfor %}

/** The example of each method of a handle. */
export const examples: readonly HandleExample[] = [
{%- for (name, _) in modules %}
  ...{{ name }},
{%- endfor %}
]
