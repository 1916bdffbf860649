# {{ banner }}
"""How the raw layer sends operations."""

from __future__ import annotations

import typing as _t

#: Any input of bytes.
BytesLike = _t.Union[bytes, bytearray, memoryview]


class Caller(_t.Protocol):
    """Sends an operation to a provider; ``None`` is the client's own provider."""

    def call(
        self, operation: str, provider: _t.Optional[int], fields: dict[str, object]
    ) -> dict[str, object]:
        """Returns the fields of the response."""
        ...


class AsyncCaller(_t.Protocol):
    """As :class:`Caller`, for asyncio."""

    def call(
        self, operation: str, provider: _t.Optional[int], fields: dict[str, object]
    ) -> _t.Awaitable[dict[str, object]]:
        """Returns the fields of the response."""
        ...


class Operations:
    """Operations that one caller sends."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller


class AsyncOperations:
    """As :class:`Operations`, for asyncio."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller
