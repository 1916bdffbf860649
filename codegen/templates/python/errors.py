# {{ banner }}
"""The exceptions of this package: one hierarchy."""

from __future__ import annotations

from typing import Optional


class ParsecError(Exception):
    """Anything that went wrong; its subclasses are the kinds that callers branch on.

    ``str()`` of it is one line for a person: what failed, with which key, why, and what to do
    next. It never holds a secret.
    """

    #: The kind's name in the contracts.
    kind: str = "internal"
    #: The number of the wire's status, where the service answered with one.
    status: Optional[int]
    #: What happened, for a person.
    detail: str
    #: What to do next.
    advice: str
    #: Whether the same call may succeed later, and doing it again does no harm.
    retryable: bool
    #: Seconds to wait before trying again, where the service said so.
    retry_after: Optional[float]
    #: Whether the service may have done what was asked, though nothing says so.
    outcome_unknown: bool
    #: The operation that failed, where it was one.
    operation: Optional[str]
    #: The key that it was about, where it was about one.
    key_name: Optional[str]

    def __init__(
        self,
        message: str,
        *,
        detail: Optional[str] = None,
        status: Optional[int] = None,
        advice: str = "",
        retryable: bool = False,
        retry_after: Optional[float] = None,
        outcome_unknown: bool = False,
        operation: Optional[str] = None,
        key_name: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.detail = message if detail is None else detail
        self.status = status
        self.advice = advice
        self.retryable = retryable
        self.retry_after = retry_after
        self.outcome_unknown = outcome_unknown
        self.operation = operation
        self.key_name = key_name

    def __str__(self) -> str:
        # Some builtin bases would show their arguments otherwise.
        return str(self.args[0]) if self.args else ""
{% for kind in kinds %}

class {{ self::python_class(kind.name) }}({{ self::python_bases(kind) }}):
    """{{ self::one_line(kind.doc) }}"""

    kind = "{{ kind.name.kebab() }}"
{% endfor %}

#: The class for each kind.
BY_KIND: dict[str, type[ParsecError]] = {
{%- for kind in kinds %}
    "{{ kind.name.kebab() }}": {{ self::python_class(kind.name) }},
{%- endfor %}
}
