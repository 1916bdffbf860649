"""Transports for httpx whose TLS uses a key of the service: see :mod:`parsec_client.tls`.

The connection pool is httpcore's.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

import httpcore
import httpx

from ._bytes import Bytes
from ._generated.errors import ParsecError, Protocol
from ._sync import SigningKey
from .tls import TLSConfig, TLSSocket, TLSStream

if TYPE_CHECKING:
    from . import aio

# httpcore requires a context, but does not perform the handshake.
_UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_ALPN = ("http/1.1",)


@contextlib.contextmanager
def _errors(timeout: type[Exception], other: type[Exception]) -> Generator[None, None, None]:
    try:
        yield
    except Protocol as error:
        raise other(str(error)) from error
    except ParsecError:
        # Errors of the service's signature are raised unchanged; some are built-in errors.
        raise
    except (socket.timeout, asyncio.TimeoutError) as error:
        raise timeout(str(error)) from error
    except OSError as error:
        raise other(str(error)) from error


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: Any, config: TLSConfig) -> None:
        self._inner = inner
        self._config = config

    def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        with _errors(httpcore.ReadTimeout, httpcore.ReadError):
            self._inner.settimeout(timeout)
            data: bytes = self._inner.recv(max_bytes)
            return data

    def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        with _errors(httpcore.WriteTimeout, httpcore.WriteError):
            self._inner.settimeout(timeout)
            self._inner.sendall(buffer)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> httpcore.NetworkStream:
        with _errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            self._inner.settimeout(timeout)
            wrapped = TLSSocket(self._inner, self._config, server_hostname or "")
            try:
                wrapped.do_handshake()
            except BaseException:
                self._inner.close()
                raise
            return _Stream(wrapped, self._config)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object" and isinstance(self._inner, TLSSocket):
            return self._inner
        if info == "is_readable":
            return False
        return None


class _Backend(httpcore.NetworkBackend):
    def __init__(self, config: TLSConfig) -> None:
        self._config = config

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Optional[float] = None,
        local_address: Optional[str] = None,
        socket_options: Optional[Iterable[Any]] = None,
    ) -> httpcore.NetworkStream:
        with _errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            source = None if local_address is None else (local_address, 0)
            sock = socket.create_connection((host, port), timeout, source)
            for option in socket_options or ():
                sock.setsockopt(*option)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Stream(sock, self._config)


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


@contextlib.contextmanager
def _translated() -> Generator[None, None, None]:
    """Convert httpcore's exceptions to those of httpx with the same names."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        kind = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise kind(str(error)) from error


def _request(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


class HttpxTransport(httpx.BaseTransport):
    """An httpx transport with a client certificate whose key stays in the service.

    The arguments are those of :class:`parsec_client.tls.TLSConfig`.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     transport = parsec.httpx.HttpxTransport(key=key, certificate_chain=chain, roots=roots)
    ...     with httpx.Client(transport=transport) as web:
    ...         web.post(f"https://localhost:{port}/", content=b"hi").status_code
    200
    """

    def __init__(
        self,
        *,
        key: Optional[SigningKey] = None,
        certificate_chain: Union[str, Bytes, None] = None,
        roots: Union[str, Bytes, None] = None,
        alpn: Sequence[str] = _ALPN,
    ) -> None:
        config = TLSConfig(key=key, certificate_chain=certificate_chain, roots=roots, alpn=alpn)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_UNUSED, network_backend=_Backend(config), keepalive_expiry=5
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; httpx calls this."""
        response: Any
        with _translated():
            response = self._pool.handle_request(_request(request))
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response.stream),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        config: TLSConfig,
        tls: Optional[TLSStream] = None,
    ) -> None:
        self._plain = (reader, writer)
        self._config = config
        self._tls = tls

    async def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        with _errors(httpcore.ReadTimeout, httpcore.ReadError):
            work = self._tls.receive if self._tls is not None else self._plain[0].read
            return await asyncio.wait_for(work(max_bytes), timeout)

    async def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        with _errors(httpcore.WriteTimeout, httpcore.WriteError):
            if self._tls is not None:
                await asyncio.wait_for(self._tls.send(buffer), timeout)
            else:
                self._plain[1].write(buffer)
                await asyncio.wait_for(self._plain[1].drain(), timeout)

    async def aclose(self) -> None:
        if self._tls is not None:
            await self._tls.close()
        else:
            self._plain[1].close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> httpcore.AsyncNetworkStream:
        with _errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            tls = TLSStream(*self._plain, self._config, server_hostname or "")
            try:
                await asyncio.wait_for(tls.do_handshake(), timeout)
            except BaseException:
                self._plain[1].close()
                raise
            return _AsyncStream(*self._plain, self._config, tls)

    def get_extra_info(self, info: str) -> Any:
        return self._tls if info == "ssl_object" else False if info == "is_readable" else None


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, config: TLSConfig) -> None:
        self._config = config

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Optional[float] = None,
        local_address: Optional[str] = None,
        socket_options: Optional[Iterable[Any]] = None,
    ) -> httpcore.AsyncNetworkStream:
        with _errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            source = None if local_address is None else (local_address, 0)
            connecting = asyncio.open_connection(host, port, local_addr=source)
            reader, writer = await asyncio.wait_for(connecting, timeout)
            return _AsyncStream(reader, writer, self._config)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for piece in self._stream:
                yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class AsyncHttpxTransport(httpx.AsyncBaseTransport):
    """Like :class:`HttpxTransport`, for ``httpx.AsyncClient`` on asyncio.

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
        key: Union[SigningKey, aio.SigningKey, None] = None,
        certificate_chain: Union[str, Bytes, None] = None,
        roots: Union[str, Bytes, None] = None,
        alpn: Sequence[str] = _ALPN,
    ) -> None:
        config = TLSConfig(key=key, certificate_chain=certificate_chain, roots=roots, alpn=alpn)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_UNUSED, network_backend=_AsyncBackend(config), keepalive_expiry=5
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; httpx calls this."""
        response: Any
        with _translated():
            response = await self._pool.handle_async_request(_request(request))
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_AsyncBody(response.stream),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pool.aclose()


__all__ = ["AsyncHttpxTransport", "HttpxTransport"]
