# {{ banner }}
"""Sizes of keys that have names of their own."""

from __future__ import annotations

#: Bits that may be said of kinds of keys, by the kinds' names.
SIZES: dict[str, tuple[int, ...]] = {
{%- for kind in kinds %}
{%- if !kind.named_sizes.is_empty() %}
    "{{ kind.name.kebab() }}": ({% for bits in kind.named_sizes %}{{ bits }},{% if !loop.last %} {% endif %}{% endfor %}),
{%- endif %}
{%- endfor %}
}
