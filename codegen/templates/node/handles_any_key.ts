// {{ banner }}

import { KeyCalls } from '../../keys/calls.js'
import { OtherKey } from '../../keys/other.js'
import type { AnyKey } from '../../keys/roles.js'
import type { NativeKey } from '../../native.js'
{%- for key in keys %}
import { {{ key.class }} } from '{{ key.file }}'
{%- endfor %}

/** Makes the handle that fits the role of a key. */
export function makeKey(native: NativeKey): AnyKey {
  const calls = new KeyCalls(native, makeKey)
  switch (calls.description.role) {
{%- for key in keys %}
    case '{{ key.role }}':
      return new {{ key.class }}(calls)
{%- endfor %}
    case 'other':
      return new OtherKey(calls)
  }
}
