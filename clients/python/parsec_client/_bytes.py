"""Bytes-like arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from array import array

#: A contiguous bytes-like object.
Bytes = Union[bytes, bytearray, memoryview, "array[Any]"]

#: The number of bytes in each read of a file.
PIECE = 256 * 1024


def plain(value: Any) -> Any:
    """Converts buffers within plain data into bytes, which the binding requires there."""
    whole = value
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in whole.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in whole]
    if isinstance(value, (bytearray, memoryview)):
        return bytes(whole)
    return whole
