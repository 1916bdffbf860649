"""Checks and conversions of arguments, before anything is sent."""

from __future__ import annotations

from typing import Any, Optional, Protocol, Union, overload

from ._enums import Hash, Provider


class Named(Protocol):
    """A handle of a key."""

    @property
    def name(self) -> str:
        """The name of the key."""
        ...


def check_name(name: object, argument: str = "name") -> str:
    """Returns the name of a key if it is valid."""
    if not isinstance(name, str):
        raise TypeError(f"argument '{argument}': a key's name is a str, not {type(name).__name__}")
    if not name:
        raise ValueError(f"argument '{argument}': a key's name is not empty")
    return name


def key_name(key: Union[str, Named], argument: str) -> str:
    """Returns the name of a key, given by its name or by a handle."""
    return check_name(key if isinstance(key, str) else getattr(key, "name", key), argument)


def check_endpoint(endpoint: object) -> None:
    """Raises ``TypeError`` unless the endpoint is a string; the binding parses the URL."""
    if endpoint is not None and not isinstance(endpoint, str):
        raise TypeError(f"argument 'endpoint': a str is needed, not {type(endpoint).__name__}")


@overload
def hash_name(hash: Union[Hash, str], argument: str) -> str: ...


@overload
def hash_name(hash: Union[Hash, str, None], argument: str) -> Optional[str]: ...


def hash_name(hash: Union[Hash, str, None], argument: str) -> Optional[str]:
    """Returns the name of a hash function in the contracts."""
    return None if hash is None else str(one_of(Hash, argument, hash).value)


def provider_number(provider: Union[Provider, int], argument: str) -> int:
    """Returns the number of a provider."""
    return int(one_of(Provider, argument, provider))


def number(value: object, argument: str, bits: int) -> int:
    """Returns an unsigned number if it fits into this number of bits."""
    if not isinstance(value, int):
        raise TypeError(f"argument '{argument}': an int is needed, not {type(value).__name__}")
    if not 0 <= value < 1 << bits:
        raise ValueError(
            f"argument '{argument}': a number from 0 to {(1 << bits) - 1} is needed, not {value}"
        )
    return value


def numbers(values: object, argument: str, bits: int) -> list[int]:
    """Returns several unsigned numbers if each fits into this number of bits."""
    return [number(value, argument, bits) for value in sequence(values, argument)]


def sequence(values: object, argument: str) -> list[Any]:
    """Returns a list of values. Bytes and text are errors: each is one value."""
    many: Any = values
    if isinstance(many, (str, bytes, bytearray, memoryview)) or not hasattr(many, "__iter__"):
        raise TypeError(
            f"argument '{argument}': a list or tuple is needed, not {type(values).__name__}"
        )
    return list(many)


def one_of(kind: Any, argument: str, value: Any) -> Any:
    """Returns the member of an enum, given as a member or as its value."""
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(str(member.value) for member in kind)
        raise ValueError(f"argument '{argument}': {value!r} is not one of {known}") from None


def several_of(kind: Any, argument: str, values: Any) -> tuple[Any, ...]:
    """Returns several members of an enum."""
    return tuple(one_of(kind, argument, value) for value in sequence(values, argument))
