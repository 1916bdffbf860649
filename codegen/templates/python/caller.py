# {{ banner }}
"""Interface through which the raw layer sends operations."""

from __future__ import annotations

import typing as _t

#: Types that are accepted for bytes.
BytesLike = _t.Union[bytes, bytearray, memoryview]


class Caller(_t.Protocol):
    """Sends an operation to a provider; ``None`` means the client's provider."""

    def call(
        self, operation: str, provider: _t.Optional[int], fields: dict[str, object]
    ) -> dict[str, object]:
        """Returns the fields of the response."""
        ...


class AsyncCaller(_t.Protocol):
    """The variant of :class:`Caller` for asyncio."""

    def call(
        self, operation: str, provider: _t.Optional[int], fields: dict[str, object]
    ) -> _t.Awaitable[dict[str, object]]:
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
