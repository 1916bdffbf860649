# {{ banner }}
"""{{ title }}"""

from __future__ import annotations

import typing as _t
{%- if !imports.is_empty() %}
{% for (module, names) in imports %}
from {{ module }} import (
{%- for name in names %}
    {{ name }},
{%- endfor %}
)
{%- endfor %}
{%- endif %}
{% for code in types %}

{{ code }}
{% endfor %}
