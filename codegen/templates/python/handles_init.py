{% let c = self.0 -%}
# {{ c.banner("init") }}
{% if c.is_blocking() -%}
"""The blocking client; :mod:`parsec` exports its classes."""
{%- else -%}
"""The client for asyncio: the names of :mod:`parsec`, awaited.

>>> async with parsec.aio.Client() as client, client.temporary() as key:
...     signatures = await asyncio.gather(*(key.sign(m) for m in (b"one", b"two")))
...     len(signatures)
2
"""
{%- endif %}
{% for (module, class) in c.classes %}
from .{{ module }} import {{ class }}
{%- endfor %}

__all__ = [
{%- for class in c.class_names() %}
    "{{ class }}",
{%- endfor %}
]
