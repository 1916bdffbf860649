# {{ banner }}
"""Interface through which the raw layer sends operations."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Optional, Protocol, Union

#: Types that are accepted as bytes.
BytesLike = Union[bytes, bytearray, memoryview]


class Caller(Protocol):
    """Sends an operation to a provider; ``None`` means the client's provider."""

    def call(
        self, operation: str, provider: Optional[int], fields: dict[str, object]
    ) -> dict[str, object]:
        """Returns the fields of the response."""
        ...


class AsyncCaller(Protocol):
    """The variant of :class:`Caller` for asyncio."""

    def call(
        self, operation: str, provider: Optional[int], fields: dict[str, object]
    ) -> Awaitable[dict[str, object]]:
        """Returns the fields of the response."""
        ...


class Operations:
    """Base class of operations, which :class:`Caller` sends."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller


class AsyncOperations:
    """The variant of :class:`Operations` for asyncio."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller
