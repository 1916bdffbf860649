"""What is checked before anything is sent."""

from __future__ import annotations


def check_name(name: object, argument: str = "name") -> str:
    """Refuse what can be no key's name."""
    if not isinstance(name, str):
        raise TypeError(f"argument '{argument}': a key's name is a str, not {type(name).__name__}")
    if not name:
        raise ValueError(f"argument '{argument}': a key's name is not empty")
    return name


def check_endpoint(endpoint: object) -> None:
    """Refuse what is no URL; whether it is one of ours, the binding says."""
    if endpoint is not None and not isinstance(endpoint, str):
        raise TypeError(f"argument 'endpoint': a str, not {type(endpoint).__name__}")
