# Made of parsec/aio/_client.py by tools/unasync.py; do not edit.
"""The client."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Optional, Union, cast

from .._authentication import Authentication
from .._bytes import Bytes, plain
from .._enums import Hash, Provider
from .._generated import types
from .._generated.raw import Raw
from .._log import timed
from .._progress import Progress
from . import _io
from ._admin import Admin
from ._io import ProgressLike, Source
from ._making import Makes
from ._opening import Opens


class Client(Makes, Opens):
    """A client of the Parsec service.

    With no argument it finds the service by itself: where ``PARSEC_SERVICE_ENDPOINT`` says, or
    else at the system's socket or the user's own.

    >>> with parsec.Client() as client:
    ...     key = client.generate("web-tls")
    ...     signature = key.sign(b"hello")
    ...     key.verify(signature, b"hello")
    ...     key.delete()

    Clients and keys may be shared by threads and tasks, and go on working after the service was
    restarted and in processes that are forked off.

    Args:
        endpoint: Where the service listens, such as ``unix:/run/parsec/parsec.sock``.
        application: The application's name, for a service that takes names on trust.
        provider: The one provider to use, instead of the first that can.
        timeout: Seconds to wait for each answer, instead of 30, or 120 where an RSA key is made.
        max_body_size: The most bytes to take as an answer, instead of 16 MiB.
        authentication: How to say who the client is, instead of what the service offers.

    """

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
        super().__init__(
            endpoint, application, provider, timeout, max_body_size, authentication=authentication
        )

    def __enter__(self) -> Client:
        self._connected()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections. Keys that were opened go on working."""
        self._native = None

    def with_options(
        self, *, timeout: Optional[float] = None, provider: Union[Provider, int, None] = None
    ) -> Client:
        """Give the same client with something said otherwise, over the same connections.

        >>> with parsec.Client() as client:
        ...     patient = client.with_options(timeout=60, provider=parsec.Provider.SOFTWARE)
        ...     len(patient.random(16))
        16
        """
        endpoint, application, number, seconds, max_body_size, authentication = self._options
        other = Client(
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
        """Where the service was found."""
        return None if self._native is None else self._native.endpoint

    @property
    def raw(self) -> Raw:
        """Every operation as the contracts have it.

        >>> with parsec.Client() as client:
        ...     (client.raw.ping())["wire_protocol_version_maj"]
        1
        """
        return Raw(_Caller(self))

    @property
    def admin(self) -> Admin:
        """What administrators can do, for those whom the service's configuration names."""
        return Admin(self.raw)

    def _call(
        self, operation: str, provider: Optional[int], fields: dict[str, Any]
    ) -> dict[str, Any]:
        native = self._native or self._connected()
        if provider is None:
            provider = self._provider
        if provider is None:
            provider = int((native.providers())[0]["id"])
        with timed(operation, str(fields.get("key_name", ""))):
            return native.call(operation, provider, plain(fields))

    def ping(self, *, timeout: Optional[float] = None) -> tuple[int, int]:
        """Ask whether the service is there; the version of the protocol that it speaks.

        >>> with parsec.Client() as client:
        ...     client.ping()
        (1, 0)
        """
        with timed("ping"):
            return (self._at(timeout)).ping()

    def providers(self, *, timeout: Optional[float] = None) -> list[types.ProviderInfo]:
        """List the providers of the service, best first."""
        with timed("providers"):
            found = (self._at(timeout)).providers()
        return cast("list[types.ProviderInfo]", found)

    def authenticators(self, *, timeout: Optional[float] = None) -> list[types.AuthenticatorInfo]:
        """List what authenticates callers of the service."""
        with timed("authenticators"):
            found = (self._at(timeout)).authenticators()
        return cast("list[types.AuthenticatorInfo]", found)

    def operations(
        self, provider: Union[Provider, int], *, timeout: Optional[float] = None
    ) -> list[str]:
        """List the operations that a provider serves, by their names in the contracts."""
        with timed("operations"):
            return (self._at(timeout)).operations(int(Provider(provider)))

    def keys(self, *, timeout: Optional[float] = None) -> list[types.KeyInfo]:
        """List the keys of this application, on all providers."""
        with timed("keys"):
            found = (self._at(timeout)).keys()
        return cast("list[types.KeyInfo]", found)

    def random(self, count: int, *, timeout: Optional[float] = None) -> bytes:
        """Give random bytes, from hardware where there is some."""
        if count < 0:
            raise ValueError("argument 'count': there are no fewer than 0 bytes")
        with timed("random"):
            return (self._at(timeout)).random(count)

    def hash(
        self,
        data: Bytes,
        hash: Union[Hash, str] = Hash.SHA_256,
        *,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Give a hash, made by the service.

        >>> with parsec.Client() as client:
        ...     (client.hash(b"abc")).hex()[:8]
        'ba7816bf'
        """
        with timed("hash"):
            return (self._at(timeout)).hash(data, Hash(hash).value)

    def hash_file(
        self,
        source: Source,
        hash: Union[Hash, str] = Hash.SHA_256,
        *,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Give the hash of a binary file or of pieces, made by the service.

        Args:
            source: A binary file or an iterable of pieces.
            hash: The hash function.
            progress: A function that is told the bytes done, or True for a line on a terminal.
            timeout: Seconds to wait for each answer: there is one for each piece.

        """
        with timed("hash_file"):
            stream = (self._at(timeout)).hash_stream(Hash(hash).value)
            return _io.result(stream, source, Progress(progress, "hash"))

    def __repr__(self) -> str:
        where = self.endpoint or self._options[0] or "not connected"
        return f"<{type(self).__module__.split('._')[0]}.Client {where}>"


class _Caller:
    """What the generated operations are sent by."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def call(
        self, operation: str, provider: Optional[int], fields: dict[str, object]
    ) -> dict[str, object]:
        return self._client._call(operation, provider, fields)


__all__ = ["Client"]
