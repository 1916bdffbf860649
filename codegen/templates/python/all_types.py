# {{ banner }}
"""The types that operations share, and the result of each operation, as plain data.

A union is written as in the contracts: a variant without fields is its name, any other is a
dictionary with its name as the only key.
"""

from __future__ import annotations
{% for line in imports %}
{{ line }}
{%- endfor %}

{{ exported }}
