"""Packages that only parts of this one need."""

from __future__ import annotations


def missing(extra: str, error: ModuleNotFoundError) -> ModuleNotFoundError:
    """Returns the error for a package that is not installed; it names the extra to install."""
    return ModuleNotFoundError(
        f"{error}: install it with pip install 'parsec-client[{extra}]'", name=error.name
    )


__all__ = ["missing"]
