# {{ banner }}
"""The raw layer: every operation, with the names of the contracts and without defaults."""

from __future__ import annotations
{% for (module, class) in areas %}
from .aio.{{ module }} import Async{{ class }}
{%- endfor %}
from .caller import AsyncCaller, BytesLike, Caller
{%- for (module, class) in areas %}
from .sync.{{ module }} import {{ class }}
{%- endfor %}


class Raw(
{%- for class in classes %}
    {{ class }},
{%- endfor %}
):
    """Every operation of the service."""


class AsyncRaw(
{%- for class in classes %}
    Async{{ class }},
{%- endfor %}
):
    """Every operation of the service, for asyncio."""


__all__ = ["AsyncCaller", "AsyncRaw", "BytesLike", "Caller", "Raw"]
