// {{ banner }}
{% if uses_assert %}
import assert from 'node:assert/strict'
{% endif %}
import type { HandleExample } from '../handle-example.js'

export const examples: readonly HandleExample[] = [
{%- for case in cases %}
  {
    title: '{{ case.title }}',
    application: '{{ case.application }}',
    provider: '{{ case.provider }}',
    run: async (parsec) => {
{%- for line in case.lines %}
      {{ line }}
{%- endfor %}
{%- for line in case.checks %}
      {{ line }}
{%- endfor %}
    },
  },
{%- endfor %}
]
