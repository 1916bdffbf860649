# {{ banner }}
"""{{ title }}"""

from __future__ import annotations
{% for line in imports %}
{{ line }}
{%- endfor %}
{{ code }}
