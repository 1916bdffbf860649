# {{ banner }}
"""The examples of all methods, with the {% if is_blocking %}blocking client{% else %}client for asyncio{% endif %}."""

from __future__ import annotations

import parsec_client as parsec
from conftest import Service
{% for test in tests %}

{% if !is_blocking %}async {% endif %}def test_{{ test.name }}({{ test.service }}: Service) -> None:

{%- for line in test.lines %}
    {{ line }}
{%- endfor %}
{% endfor %}
