"""What every part of the client stands on: where the service is, and how it is called."""

from __future__ import annotations

from typing import Optional, Union

from .. import _native
from .._authentication import Authentication
from .._checks import check_endpoint
from .._enums import Provider


class Connected:
    """Finds the service when it is first called."""

    def __init__(
        self,
        endpoint: Optional[str],
        application: Optional[str],
        provider: Union[Provider, int, None],
        timeout: Optional[float],
        max_body_size: Optional[int],
        *,
        authentication: Optional[Authentication],
    ) -> None:
        check_endpoint(endpoint)
        number = None if provider is None else int(Provider(provider))
        if timeout is not None and not timeout > 0:
            raise ValueError("argument 'timeout': give a number of seconds above 0")
        self._options = (endpoint, application, number, timeout, max_body_size, authentication)
        self._provider = number
        self._native: Optional[_native.AsyncClient] = None

    async def _connected(self) -> _native.AsyncClient:
        if self._native is None:
            endpoint, application, number, timeout, max_body_size, authentication = self._options
            parts = None if authentication is None else authentication._parts
            self._native = await _native.AsyncClient.connect(
                endpoint, application, number, timeout, max_body_size, parts
            )
        return self._native

    async def _at(self, timeout: Optional[float]) -> _native.AsyncClient:
        native = self._native or await self._connected()
        return native if timeout is None else native.with_options(None, timeout)


__all__ = ["Connected"]
