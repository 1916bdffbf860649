{% let c = self.0 -%}
# {{ c.banner("init") }}
{% if c.is_blocking() -%}
"""The blocking client; :mod:`parsec_client` exports its classes."""
{%- else -%}
"""The client for asyncio: the names of :mod:`parsec_client`, awaited.

>>> async with parsec.aio.Client() as client, client.temporary() as key:
...     signatures = await asyncio.gather(*(key.sign(m) for m in (b"one", b"two")))
...     len(signatures)
2
"""
{%- endif %}
{% if !c.is_blocking() %}
from .._public_names import publish as _publish
{%- endif %}
{%- for (module, class) in c.classes %}
from .{{ module }} import {{ class }}
{%- endfor %}

__all__ = [
{%- for class in c.class_names() %}
    "{{ class }}",
{%- endfor %}
]

{% if !c.is_blocking() -%}
_publish(__name__, globals(), __all__)
{%- endif %}
