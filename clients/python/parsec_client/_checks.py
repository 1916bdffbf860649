"""Checks and conversions of arguments, before anything is sent."""

from __future__ import annotations

from typing import Any, Optional, Protocol, TypeVar, Union, overload

from ._enums import Hash, Provider

T = TypeVar("T")


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


def instance(value: Any, argument: str, kind: type[T], needed: str) -> T:
    """Returns the value if it is an instance of a class, which ``needed`` describes."""
    if not isinstance(value, kind):
        raise TypeError(f"argument '{argument}': {needed} is needed, not {type(value).__name__}")
    return value


def text(value: object, argument: str) -> str:
    """Returns a string."""
    return instance(value, argument, str, "a str")


def texts(values: object, argument: str) -> list[str]:
    """Returns several strings. One string is an error."""
    return [text(value, argument) for value in sequence(values, argument)]


def data(value: Any, argument: str) -> Any:
    """Returns bytes-like data."""
    if isinstance(value, str):
        raise TypeError(
            f"argument '{argument}': a bytes-like object is needed, not str: encode it first, as "
            "text.encode() does"
        )
    try:
        memoryview(value)
    except TypeError:
        kind = type(value).__name__
        raise TypeError(
            f"argument '{argument}': a bytes-like object is needed, not {kind}"
        ) from None
    return value


def flag(value: object, argument: str) -> bool:
    """Returns a truth value."""
    return instance(value, argument, bool, "a bool")


def seconds(value: object, argument: str) -> float:
    """Returns a positive number of seconds."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(
            f"argument '{argument}': a number of seconds is needed, not {type(value).__name__}"
        )
    if not value > 0:
        raise ValueError(f"argument '{argument}': a number of seconds above 0 is needed")
    return float(value)


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
    if not isinstance(value, int) or isinstance(value, bool):
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
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise TypeError(
            f"argument '{argument}': a {kind.__name__} or its value is needed, "
            f"not {type(value).__name__}"
        )
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(str(member.value) for member in kind)
        raise ValueError(f"argument '{argument}': {value!r} is not one of {known}") from None


def several_of(kind: Any, argument: str, values: Any) -> tuple[Any, ...]:
    """Returns several members of an enum."""
    return tuple(one_of(kind, argument, value) for value in sequence(values, argument))
