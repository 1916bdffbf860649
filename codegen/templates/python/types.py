# {{ banner }}
"""The types that operations share, and what each operation answers, as plain data.

A union is written as in the contracts: the variant's name alone where it holds nothing, and
otherwise a dictionary of that one name.
"""

from __future__ import annotations

import typing as _t
{% for code in types %}

{{ code }}
{% endfor %}
