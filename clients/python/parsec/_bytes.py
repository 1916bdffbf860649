"""Bytes that go in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from array import array

#: Anything contiguous that holds bytes.
Bytes = Union[bytes, bytearray, memoryview, "array[Any]"]

#: How much of a file is read at once.
PIECE = 256 * 1024


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
