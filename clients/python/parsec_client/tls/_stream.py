"""TLS on asyncio, whose signatures do not block the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Callable, Optional

from .._bytes import Bytes
from .._checks import data as checked
from .._checks import instance
from .._generated.errors import ParsecError
from ._context import ClientContext, ServerContext
from ._details import Details
from ._errors import TLSError, converted

if TYPE_CHECKING:
    from ._context import Context

_PIECE = 64 * 1024


class TLSStream(Details):
    r"""Like :class:`TLSSocket`, for asyncio: from :func:`open_connection` or :func:`start_server`.

    >>> async with parsec.aio.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     context = parsec.tls.ClientContext(key=key, certificate_chain=chain, roots=roots)
    ...     stream = await parsec.tls.open_connection("localhost", port, context)
    ...     await stream.send(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi")
    ...     await stream.receive(12)
    ...     await stream.close()
    b'HTTP/1.1 200'
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        context: Context,
        server_hostname: Optional[str] = None,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._context = context
        self._connection = context._connection(context._is_server, server_hostname)
        self._tls = self._connection
        self._abandoned = False
        self._ready = bytearray()

    async def do_handshake(self) -> None:
        """Performs the handshake; a thread waits for the service's signature."""
        await self._flush()
        while self._connection.is_handshaking:
            await self._pump()
        await self._flush()

    def _write(self) -> None:
        while out := self._connection.to_peer():
            self._writer.write(out)

    async def _flush(self) -> None:
        self._write()
        await self._writer.drain()

    async def _pump(self) -> None:
        data = await self._reader.read(_PIECE)
        try:
            with converted():
                if self._connection.is_handshaking:
                    await self._connection.receive_async(data)
                else:
                    self._connection.receive(data)
        except asyncio.CancelledError:
            # A signature may be in flight: calls on the connection wait for it.
            self._abandoned = True
            raise
        except Exception:
            # Also sends the alert to the peer.
            self._write()
            raise
        # Without waiting: the peer may not read before its data is received.
        self._write()

    async def send(self, data: Bytes) -> None:
        """Sends all data."""
        view = memoryview(checked(data, "data")).cast("B")
        for at in range(0, len(view), _PIECE):
            self._connection.send(view[at : at + _PIECE])
            await self._flush()

    async def receive(self, size: int) -> bytes:
        """Receives up to ``size`` bytes; none after the peer has closed the connection."""
        while not self._ready:
            self._ready += self._connection.plaintext()
            if self._ready or self._connection.is_closed:
                break
            await self._pump()
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    async def close(self) -> None:
        """Ends TLS, and closes the connection."""
        try:
            if not self._abandoned:
                self._connection.close()
                await self._flush()
        except OSError:
            pass
        finally:
            self._writer.close()


async def open_connection(host: str, port: int, context: ClientContext) -> TLSStream:
    """Connects to a server with TLS, on asyncio."""
    instance(context, "context", ClientContext, "a ClientContext")
    reader, writer = await asyncio.open_connection(host, port)
    stream = TLSStream(reader, writer, context, host)
    try:
        await stream.do_handshake()
    except BaseException:
        writer.close()
        raise
    return stream


async def start_server(
    connected: Callable[[TLSStream], Awaitable[object]],
    host: Optional[str],
    port: int,
    context: ServerContext,
    *,
    handshake_timeout: float = 60.0,
    **options: Any,
) -> asyncio.Server:
    """Starts a TLS server on asyncio, as :func:`asyncio.start_server` does.

    Each connection calls ``connected`` with its :class:`TLSStream` after the handshake. While a
    handshake waits for the service's signature, the event loop serves other connections.

    Args:
        connected: The coroutine function that serves a connection.
        host: The address to listen on; ``None`` for all.
        port: The port; 0 for a free one.
        context: The context.
        handshake_timeout: Seconds until an unfinished handshake ends.
        options: Those of :func:`asyncio.start_server`.

    Returns:
        The server, which listens.

    """
    instance(context, "context", ServerContext, "a ServerContext")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = TLSStream(reader, writer, context)
        try:
            if await _has_handshake(stream, handshake_timeout):
                await connected(stream)
        finally:
            await stream.close()

    # Tasks that asyncio creates here are reported as failed when they are cancelled, before 3.12.
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    return await asyncio.start_server(begin, host, port, **options)


async def _has_handshake(stream: TLSStream, timeout: float) -> bool:
    try:
        await asyncio.wait_for(stream.do_handshake(), timeout)
    except (OSError, asyncio.TimeoutError) as error:
        # A client that does not use TLS, or that leaves, is not an error of the server; one of the
        # service is.
        if isinstance(error, ParsecError) and not isinstance(error, TLSError):
            raise
        return False
    return True


__all__ = ["TLSStream", "open_connection", "start_server"]
