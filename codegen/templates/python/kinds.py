# {{ banner }}
"""The kinds of keys, and the classes of their specs by role."""

from __future__ import annotations

from typing import TYPE_CHECKING
{% if !classes.is_empty() %}
from .._enums import {{ classes|join(", ") }}
{%- endif %}
from .._specs import KeySpec

if TYPE_CHECKING:
{%- for role in by_name %}
    from .._sync._{{ role.snake() }}_key import {{ role.camel() }}Key
{%- endfor %}
{%- for role in by_name %}
    from ..aio._{{ role.snake() }}_key import {{ role.camel() }}Key as Async{{ role.camel() }}Key
{%- endfor %}
{% for role in model.roles %}

class {{ role.name.camel() }}Spec(KeySpec["{{ role.name.camel() }}Key", "Async{{ role.name.camel() }}Key"]):
    """{{ role.doc }}"""
{% endfor %}
{% for kind in kinds %}
{%- for constant in self::constants(model, kind) %}
{{ crate::emit::python::raw::comment(constant.doc) }}
{{ constant.name }} = {{ self::class(kind) }}("{{ kind.name.kebab() }}"{{ constant.besides }})
{%- endfor %}
{%- endfor %}

{{ self::exported_names(model, kinds) }}
