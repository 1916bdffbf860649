"""Transports for httpx whose TLS uses a key of the service.

They are httpx's own transports with a :class:`parsec_client.tls.ClientContext`. The asynchronous
one waits for signatures outside the event loop.
"""

from __future__ import annotations

import ssl
from typing import Any, Optional

from ._bytes import Bytes
from ._extras import missing
from ._public_names import publish as _publish
from .tls._context import AnySigningKey, ClientContext, Pem
from .tls._errors import converted

try:
    import anyio
    import httpcore
    import httpx
    import sniffio
except ModuleNotFoundError as _error:
    raise missing("httpx", _error) from None


class HttpxTransport(httpx.HTTPTransport):
    """An httpx transport with a client certificate whose key stays in the service.

    The arguments are those of :class:`parsec_client.tls.ClientContext` and, as ``options``, of
    ``httpx.HTTPTransport``: ``http2``, ``limits``, ``proxy``, ``retries`` and so on.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     transport = parsec.httpx.HttpxTransport(key=key, certificate_chain=chain, roots=roots)
    ...     with httpx.Client(transport=transport) as web:
    ...         web.get(f"https://localhost:{port}/").status_code
    200
    """

    def __init__(
        self,
        *,
        key: Optional[AnySigningKey] = None,
        certificate_chain: Optional[Pem] = None,
        roots: Optional[Pem] = None,
        **options: Any,
    ) -> None:
        _check(options)
        context = ClientContext(key=key, certificate_chain=certificate_chain, roots=roots)
        super().__init__(verify=context, **options)


class AsyncHttpxTransport(httpx.AsyncHTTPTransport):
    """Like :class:`HttpxTransport`, for ``httpx.AsyncClient`` on asyncio or trio.

    >>> async with parsec.aio.Client() as client, client.temporary() as key:
    ...     tls = {"certificate_chain": issue(key.public_key), "roots": roots}
    ...     transport = parsec.httpx.AsyncHttpxTransport(key=key, **tls)
    ...     async with httpx.AsyncClient(transport=transport) as web:
    ...         (await web.post(f"https://localhost:{port}/", content=b"hi")).status_code
    200
    """

    def __init__(
        self,
        *,
        key: Optional[AnySigningKey] = None,
        certificate_chain: Optional[Pem] = None,
        roots: Optional[Pem] = None,
        **options: Any,
    ) -> None:
        _check(options)
        context = ClientContext(key=key, certificate_chain=certificate_chain, roots=roots)
        super().__init__(verify=context, **options)
        # Without this, signatures would block the event loop, as handshakes by OpenSSL do.
        pool: Any = self._pool
        pool._network_backend = _Backend(pool._network_backend)


def _check(options: dict[str, Any]) -> None:
    for name in ("verify", "cert"):
        if name in options:
            raise TypeError(f"argument '{name}': give key, certificate_chain and roots instead")


class _Backend(httpcore.AsyncNetworkBackend):
    """httpcore's backend, whose streams start TLS here."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(self, *arguments: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return _Plain(await self._inner.connect_tcp(*arguments, **options))

    async def connect_unix_socket(
        self, *arguments: Any, **options: Any
    ) -> httpcore.AsyncNetworkStream:
        return _Plain(await self._inner.connect_unix_socket(*arguments, **options))

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class _Plain(httpcore.AsyncNetworkStream):
    """A stream of httpcore."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> httpcore.AsyncNetworkStream:
        if not isinstance(ssl_context, ClientContext):  # That of a proxy.
            return _Plain(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        encrypted = _Encrypted(self, ssl_context, server_hostname)
        try:
            with anyio.fail_after(timeout):
                await encrypted.do_handshake()
        except TimeoutError as error:
            await self.aclose()
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            await self.aclose()
            raise httpcore.ConnectError(str(error)) from error
        except BaseException:
            await self.aclose()
            raise
        return encrypted

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Encrypted(_Plain):
    """TLS over a stream of httpcore."""

    def __init__(
        self, inner: httpcore.AsyncNetworkStream, context: ClientContext, name: Optional[str]
    ) -> None:
        super().__init__(inner)
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        self._tls = self._object._tls

    async def do_handshake(self) -> None:
        try:
            await self._flush()
            while self._tls.is_handshaking:
                received = await self._inner.read(_PIECE)
                with converted():
                    await self._receive(received)
                await self._flush()
        except ssl.SSLError:
            # Also sends the alert to the server.
            await self._flush()
            raise

    async def _receive(self, received: bytes) -> None:
        if sniffio.current_async_library() == "asyncio":
            await self._tls.receive_async(received)
        else:
            await anyio.to_thread.run_sync(self._tls.receive, received, abandon_on_cancel=True)

    async def _flush(self, timeout: Optional[float] = None) -> None:
        out = self._outgoing.read() + self._tls.to_peer()
        if out:
            await self._inner.write(out, timeout)

    async def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        while True:
            try:
                received: bytes = self._object.read(max_bytes)
            except ssl.SSLWantReadError:
                arrived = await self._inner.read(_PIECE, timeout)
                if arrived:
                    self._incoming.write(arrived)
                else:
                    self._incoming.write_eof()
            except ssl.SSLEOFError:
                return b""
            except ssl.SSLError as error:
                raise httpcore.ReadError(str(error)) from error
            else:
                await self._flush(timeout)
                return received

    async def write(self, buffer: Bytes, timeout: Optional[float] = None) -> None:
        view = memoryview(buffer)
        for at in range(0, len(view), _PIECE):
            self._object.write(view[at : at + _PIECE])
            await self._flush(timeout)

    def get_extra_info(self, info: str) -> Any:
        return self._object if info == "ssl_object" else super().get_extra_info(info)


_PIECE = 64 * 1024

__all__ = ["AsyncHttpxTransport", "HttpxTransport"]

_publish(__name__, globals(), __all__)
