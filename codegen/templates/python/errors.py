# {{ banner }}
"""The exceptions of this package."""

from __future__ import annotations

from typing import Optional


class ParsecError(Exception):
    """An error of the service or of the client; its subclasses are the kinds of errors.

    ``str()`` returns one line: what failed, with which key, why, and what to do next. It never
    contains a secret.
    """

    #: The name of the kind in the contracts.
    kind: str = "internal"
    #: The number of the status on the wire, if the service responded with one.
    status: Optional[int]
    #: What happened.
    detail: str
    #: The recommended next step.
    advice: str
    #: Whether the same call can succeed later, and is safe to repeat.
    retryable: bool
    #: Seconds to wait before the next attempt, if the service named them.
    retry_after: Optional[float]
    #: Whether the service may have executed the request although no response arrived.
    outcome_unknown: bool
    #: The operation that failed, if there was one.
    operation: Optional[str]
    #: The name of the key, if there was one.
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
        # Some builtin bases show their arguments in another form.
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

{{ self::exported_errors(kinds) }}
