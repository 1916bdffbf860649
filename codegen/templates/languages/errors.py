# {{ banner }}
"""What can go wrong, as one hierarchy of exceptions."""

from __future__ import annotations


class ParsecError(Exception):
    """Anything that went wrong; its subclasses are the kinds that callers branch on."""

    #: The kind's name in the contracts.
    kind: str = "internal"
    #: The number of the wire's status, where the service answered with one.
    status: int | None
    #: What happened, for a person.
    detail: str

    def __init__(self, detail: str, *, status: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
{% for kind in kinds %}

class {{ self::python_class(kind.name) }}({{ self::python_bases(kind) }}):
    """{{ self::one_line(kind.doc) }}"""

    kind = "{{ kind.name.kebab() }}"
{% endfor %}

#: The class for each status of the wire.
BY_STATUS: dict[int, type[ParsecError]] = {
{%- for (status, kind) in self::failures(statuses) %}
    {{ status.number }}: {{ self::python_class(kind) }},
{%- endfor %}
}
