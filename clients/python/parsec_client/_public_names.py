"""The public names of classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def publish(module: str, names: dict[str, Any], exported: Iterable[str]) -> None:
    """Sets the module of exported classes to the one that users import them from.

    Tracebacks, documentation and pickles then name it, and not the file of the class.
    """
    for name in exported:
        if isinstance(names[name], type):
            names[name].__module__ = module


__all__ = ["publish"]
