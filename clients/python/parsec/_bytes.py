"""Bytes that go in, and what is checked before anything is sent."""

from __future__ import annotations

import io
import sys
from typing import IO, TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from array import array

#: Anything contiguous that holds bytes.
Bytes = Union[bytes, bytearray, memoryview, "array[Any]"]

#: How much of a file is read at once.
PIECE = 256 * 1024


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


def plain(value: Any) -> Any:
    """Make buffers within plain data bytes, for the binding reads no others there."""
    whole = value
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in whole.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in whole]
    if isinstance(value, (bytearray, memoryview)):
        return bytes(whole)
    return whole


class Progress:
    """Tells how far long work is: to a function, or on a line of a terminal."""

    def __init__(self, wanted: Any, what: str, stream: IO[str] | None = None) -> None:
        # Without a terminal at all, Python has no standard error.
        out: IO[str] = stream or sys.stderr or io.StringIO()
        self._done = 0
        self._call = wanted if callable(wanted) else None
        self._line = out if wanted is True and out.isatty() else None
        self._what = what

    def add(self, count: int) -> None:
        """So many bytes more are done."""
        self._done += count
        if self._call is not None:
            self._call(self._done)
        if self._line is not None:
            self._line.write(f"\r{self._what}: {self._done / 1e6:.1f} MB")
            self._line.flush()

    def end(self) -> None:
        """Nothing more comes."""
        if self._line is not None:
            self._line.write("\n")
            self._line.flush()
