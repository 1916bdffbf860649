# {{ banner }}
"""The kinds of keys of the contracts."""

from __future__ import annotations

from .._enums import Hash
from .._specs import (
{%- for role in roles %}
    {{ role.name.camel() }}Spec,
{%- endfor %}
)
{% for kind in kinds %}
{%- for constant in self::constants(kind) %}
#: {{ constant.doc }}
{{ constant.name }} = {{ self::class(kind) }}("{{ kind.name.kebab() }}"{{ constant.besides }})
{%- endfor %}
{%- endfor %}
