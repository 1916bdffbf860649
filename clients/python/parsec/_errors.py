"""Makes the exception that fits what the binding reports."""

from __future__ import annotations

from typing import Any

from ._generated import errors as _classes
from ._generated.errors import ParsecError

_BY_KIND: dict[str, type[ParsecError]] = {
    value.kind: value
    for value in vars(_classes).values()
    if isinstance(value, type) and issubclass(value, ParsecError) and value is not ParsecError
}


def make(payload: dict[str, Any]) -> ParsecError:
    """The exception for one error of the Rust client."""
    fields = dict(payload)
    kind = fields.pop("kind")
    message = fields.pop("message")
    fields.pop("reason", None)
    return _BY_KIND.get(kind, _classes.Internal)(message, **fields)
