"""Converts errors of the binding into exceptions."""

from __future__ import annotations

from typing import Any

from ._generated.errors import BY_KIND, Internal, ParsecError


def make(payload: dict[str, Any]) -> ParsecError:
    """Returns the exception for an error of the Rust client."""
    fields = dict(payload)
    kind = fields.pop("kind")
    message = fields.pop("message")
    return BY_KIND.get(kind, Internal)(message, **fields)
