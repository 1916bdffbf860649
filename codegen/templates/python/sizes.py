# {{ banner }}
"""Facts of the kinds of keys that specs check."""

from __future__ import annotations

#: Sizes in bits that a spec may choose, by the names of kinds.
SIZES: dict[str, tuple[int, ...]] = {
{%- for kind in kinds %}
{%- if !kind.named_sizes.is_empty() %}
    "{{ kind.name.kebab() }}": {{ self::tuple(kind.named_sizes) }},
{%- endif %}
{%- endfor %}
}

#: Kinds whose keys are pairs.
PAIRS: frozenset[str] = frozenset(
    (
{%- for kind in kinds %}
{%- if self::is_pair(kind) %}
        "{{ kind.name.kebab() }}",
{%- endif %}
{%- endfor %}
    )
)

#: Kinds that have an option, by options that only some kinds have.
OPTIONS: dict[str, frozenset[str]] = {
{%- for (option, kinds) in options %}
    "{{ option }}": frozenset(({% for kind in kinds %}"{{ kind }}",{% if !loop.last %} {% endif %}{% endfor %})),
{%- endfor %}
}
