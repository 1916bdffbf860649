# {{ banner }}
"""The kinds of keys, and the classes of their specs by role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._enums import Hash
from .._specs import KeySpec

if TYPE_CHECKING:
    from .. import _sync, aio
{% for role in roles %}

class {{ role.name.camel() }}Spec(KeySpec["_sync.{{ role.name.camel() }}Key", "aio.{{ role.name.camel() }}Key"]):
    """{{ role.doc }}"""
{% endfor %}
{% for kind in kinds %}
{%- for constant in self::constants(kind) %}
#: {{ constant.doc }}
{{ constant.name }} = {{ self::class(kind) }}("{{ kind.name.kebab() }}"{{ constant.besides }})
{%- endfor %}
{%- endfor %}

__all__ = [
{%- for kind in kinds %}
{%- for constant in self::constants(kind) %}
    "{{ constant.name }}",
{%- endfor %}
{%- endfor %}
{%- for role in roles %}
    "{{ role.name.camel() }}Spec",
{%- endfor %}
]
