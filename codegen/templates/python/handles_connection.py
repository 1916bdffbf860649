{% let c = self.0 -%}
# {{ c.banner("connection") }}
"""The connection of the client: its options, its lifetime and raw operations."""

from __future__ import annotations

from types import TracebackType
from typing import Any, NoReturn, Optional, TypeVar, Union

from .. import _native
from .._authentication import Authentication
from .._bytes import plain
from .._checks import instance, provider_number, seconds, text
from .._checks import number as whole
from .._enums import Provider
from .._generated.raw import {{ c.native }}Raw
from .._log import timed

C = TypeVar("C", bound="Connected")


class Connected:
    """Connects to the service at the first call."""

    def __init__(
        self,
        endpoint: Optional[str] = None,
        *,
        application: Optional[str] = None,
        provider: Union[Provider, int, None] = None,
        timeout: Optional[float] = None,
        max_body_size: Optional[int] = None,
        authentication: Optional[Authentication] = None,
    ) -> None:
        """Creates a client, which connects at the first call.

        It connects to the endpoint in ``PARSEC_SERVICE_ENDPOINT``, or to the socket of the system,
        or to that of the user.

        Args:
            endpoint: The endpoint of the service, such as ``unix:/run/parsec/parsec.sock``.
            application: The name of the application, for a service with direct authentication.
            provider: The only provider to use. Without it: the first that supports a request.
            timeout: Seconds to wait for each response. Without it: 30, and 120 for the generation
                of an RSA key.
            max_body_size: The largest body of a response in bytes. Without it: 16 MiB.
            authentication: The authentication. Without it: what the service offers.

        """
        if endpoint is not None:
            text(endpoint, "endpoint")
        if application is not None:
            text(application, "application")
        number = None if provider is None else provider_number(provider, "provider")
        if timeout is not None:
            seconds(timeout, "timeout")
        if max_body_size is not None:
            whole(max_body_size, "max_body_size", 64)
        if authentication is not None:
            needed = "an Authentication, such as Authentication.direct(name),"
            instance(authentication, "authentication", Authentication, needed)
        self._options = (endpoint, application, number, timeout, max_body_size, authentication)
        self._provider = number
        self._native: Optional[_native.{{ c.native }}Client] = None

    {{ c.a }}def __{% if !c.is_blocking() %}a{% endif %}enter__(self: C) -> C:
        {{ c.w }}self._connected()
        return self

    {{ c.a }}def __{% if !c.is_blocking() %}a{% endif %}exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        {{ c.w }}self.close()

    {{ c.a }}def close(self) -> None:
        """Closes the connections. Keys that were opened continue to work."""
        self._native = None

    def with_options(
        self: C, *, timeout: Optional[float] = None, provider: Union[Provider, int, None] = None
    ) -> C:
        """Returns the same client with other options, over the same connections.

        >>> {{ c.a }}with {{ c.package }}.Client() as client:
        ...     patient = client.with_options(timeout=60, provider=parsec.Provider.SOFTWARE)
        ...     len({{ c.w }}patient.random(16))
        16
        """
        endpoint, application, number, seconds, max_body_size, authentication = self._options
        other = type(self)(
            endpoint,
            application=application,
            provider=number if provider is None else provider,
            timeout=seconds if timeout is None else timeout,
            max_body_size=max_body_size,
            authentication=authentication,
        )
        if self._native is not None:
            other._native = self._native.with_options(other._provider, timeout)
        return other

    @property
    def endpoint(self) -> Optional[str]:
        """The endpoint of the service, after the first call."""
        return None if self._native is None else self._native.endpoint

    @property
    def raw(self) -> {{ c.native }}Raw:
        """All operations, as the contracts define them.

        >>> {{ c.a }}with {{ c.package }}.Client() as client:
        ...     answer = {{ c.w }}client.raw.ping()
        ...     answer["wire_protocol_version_maj"]
        1
        """
        return {{ c.native }}Raw(_Caller(self))

    {{ c.a }}def _connected(self) -> _native.{{ c.native }}Client:
        if self._native is None:
            endpoint, application, number, timeout, max_body_size, authentication = self._options
            parts = None if authentication is None else authentication._parts
            self._native = {{ c.w }}_native.{{ c.native }}Client.connect(
                endpoint, application, number, timeout, max_body_size, parts
            )
        return self._native

    {{ c.a }}def _at(self, timeout: Optional[float]) -> _native.{{ c.native }}Client:
        native = self._native or {{ c.w }}self._connected()
        if timeout is None:
            return native
        return native.with_options(None, seconds(timeout, "timeout"))

    {{ c.a }}def _call(
        self, operation: str, provider: Optional[int], fields: dict[str, Any]
    ) -> dict[str, Any]:
        native = self._native or {{ c.w }}self._connected()
        if provider is None:
            provider = self._provider
        if provider is None:
            providers = {{ c.w }}native.providers()
            provider = providers[0].get("id", 0)
        with timed(operation, str(fields.get("key_name", ""))):
            return {{ c.w }}native.call(operation, provider, plain(fields))

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a client cannot be pickled, because it uses connections of this process: the other "
            "process connects a client of its own"
        )

    def __repr__(self) -> str:
        where = self.endpoint or self._options[0] or "not connected"
        return f"<{type(self).__module__}.Client {where}>"


class _Caller:
    """Sends the generated operations."""

    def __init__(self, client: Connected) -> None:
        self._client = client

    {{ c.a }}def call(
        self, operation: str, provider: Optional[int], fields: dict[str, object]
    ) -> dict[str, object]:
        return {{ c.w }}self._client._call(operation, provider, fields)


__all__ = ["Connected"]
