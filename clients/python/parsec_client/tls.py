"""Mutual TLS with a private key that never leaves the service.

Python's own :mod:`ssl` reads private keys from files only. Here rustls performs the handshake, and
the service signs it: ``wrap_socket`` for plain sockets, ``open_connection`` for
asyncio. The transports for httpx are in ``parsec_client.httpx``.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Union

from . import _native
from ._bytes import Bytes
from ._sync import SigningKey

if TYPE_CHECKING:
    from . import aio

_PIECE = 64 * 1024


class TLSConfig:
    """The configuration of TLS clients: trusted roots and identity. Share it between connections.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     config = parsec.tls.TLSConfig(key=key, certificate_chain=chain, roots=roots)

    Args:
        key: The private key of the client's certificate, blocking or async.
        certificate_chain: PEM: the client's certificate, then those of its issuers.
        roots: PEM of the trusted authorities, instead of those of the machine.
        alpn: Protocols to offer, in order of preference.

    Raises:
        InvalidArgument: If the PEM is malformed, or the certificate is for another key.

    """

    __slots__ = ("_native",)

    def __init__(
        self,
        *,
        key: Union[SigningKey, aio.SigningKey, None] = None,
        certificate_chain: Union[str, Bytes, None] = None,
        roots: Union[str, Bytes, None] = None,
        alpn: Sequence[str] = (),
    ) -> None:
        if (key is None) != (certificate_chain is None):
            raise ValueError("arguments 'key' and 'certificate_chain' must be given together")
        self._native = _native.TlsConfig(
            _pem(roots),
            _pem(certificate_chain),
            None if key is None else key._native,
            list(alpn),
        )


def _pem(text: Union[str, Bytes, None]) -> Optional[Bytes]:
    return text.encode() if isinstance(text, str) else text


class TLSSocket:
    r"""A TLS socket: from :func:`wrap_socket`.

    One thread may send while another receives.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     config = parsec.tls.TLSConfig(key=key, certificate_chain=chain, roots=roots)
    ...     plain = socket.create_connection(("localhost", port))
    ...     with parsec.tls.TLSSocket(plain, config, "localhost") as tls:
    ...         tls.do_handshake()
    ...         tls.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi")
    ...         tls.recv(12)
    b'HTTP/1.1 200'
    """

    def __init__(self, sock: socket.socket, config: TLSConfig, server_hostname: str) -> None:
        self._socket = sock
        self._tls = _native.TlsConnection(config._native, server_hostname)
        self._sending = threading.Lock()
        self._left = False
        self._ready = bytearray()

    def do_handshake(self) -> None:
        """Perform the handshake; waits for the service's signature.

        Raises:
            Protocol: If the handshake fails.

        """
        try:
            self._flush()
            while self._tls.is_handshaking:
                self._pump()
        finally:
            # Also send the alert to the server.
            self._flush()

    def _flush(self, data: Optional[memoryview] = None, *, wait: bool = True) -> None:
        # A thread that does not wait leaves the bytes to the sending thread, which checks again
        # afterwards. Data is queued under the lock, so that no other thread sends it.
        self._left = True
        while self._sending.acquire(blocking=wait):
            try:
                self._left = False
                if data is not None:
                    self._tls.send(data)
                    data = None
                while out := self._tls.to_server():
                    self._socket.sendall(out)
            finally:
                self._sending.release()
            if not self._left:
                break

    def _pump(self) -> None:
        shaking = self._tls.is_handshaking
        data = self._socket.recv(_PIECE)
        try:
            self._tls.receive(data)
        finally:
            # The server may not read before its data is received, so a receiver must not block
            # here.
            self._flush(wait=shaking)

    def sendall(self, data: Bytes) -> None:
        """Send all data."""
        view = memoryview(data).cast("B")
        for at in range(0, len(view), _PIECE):
            self._flush(view[at : at + _PIECE])

    def send(self, data: Bytes) -> int:
        """Send all of the data and return its length."""
        self.sendall(data)
        return memoryview(data).nbytes

    def recv(self, size: int) -> bytes:
        """Receive up to ``size`` bytes; none after the server has closed the connection.

        Raises:
            Protocol: If the server does not use TLS, or refused the certificate.

        """
        while not self._ready:
            self._ready += self._tls.plaintext()
            if self._ready or self._tls.is_closed:
                break
            self._pump()
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    def settimeout(self, seconds: Optional[float]) -> None:
        """Set the timeout of the socket; ``None`` for no timeout."""
        self._socket.settimeout(seconds)

    def fileno(self) -> int:
        """Return the socket's file descriptor."""
        return self._socket.fileno()

    def version(self) -> Optional[str]:
        """Return the protocol's version, such as ``TLSv1.3``."""
        return self._tls.protocol_version

    def selected_alpn_protocol(self) -> Optional[str]:
        """Return the negotiated application protocol."""
        protocol = self._tls.alpn_protocol
        return None if protocol is None else protocol.decode()

    def peer_certificates(self) -> list[bytes]:
        """Return the server's certificates in DER, its own first."""
        return self._tls.peer_certificates

    def close(self) -> None:
        """Send close_notify and close the socket."""
        try:
            self._tls.close()
            self._flush()
        except OSError:
            pass
        finally:
            self._socket.close()

    def __enter__(self) -> TLSSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def wrap_socket(
    sock: socket.socket,
    *,
    server_hostname: str,
    key: Union[SigningKey, aio.SigningKey, None] = None,
    certificate_chain: Union[str, Bytes, None] = None,
    roots: Union[str, Bytes, None] = None,
    alpn: Sequence[str] = (),
) -> TLSSocket:
    """Start TLS on a connected socket, which the result then owns.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     with parsec.tls.wrap_socket(
    ...         socket.create_connection(("localhost", port)),
    ...         server_hostname="localhost",
    ...         key=key,
    ...         certificate_chain=issue(key.public_key),  # PEM, from your authority
    ...         roots=roots,
    ...     ) as tls:
    ...         tls.version()
    'TLSv1.3'

    ``key``, ``certificate_chain``, ``roots`` and ``alpn`` are those of :class:`TLSConfig`.

    Raises:
        InvalidArgument: If the PEM is malformed, or the certificate is for another key.
        Protocol: If the handshake fails.

    """
    config = TLSConfig(key=key, certificate_chain=certificate_chain, roots=roots, alpn=alpn)
    wrapped = TLSSocket(sock, config, server_hostname)
    wrapped.do_handshake()
    return wrapped


class TLSStream:
    r"""Like :class:`TLSSocket`, for asyncio: from :func:`open_connection`.

    >>> async with parsec.aio.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     config = parsec.tls.TLSConfig(key=key, certificate_chain=chain, roots=roots)
    ...     stream = await parsec.tls.open_connection("localhost", port, config)
    ...     await stream.send(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi")
    ...     await stream.receive(12)
    ...     await stream.close()
    b'HTTP/1.1 200'
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        config: TLSConfig,
        server_hostname: str,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._tls = _native.TlsConnection(config._native, server_hostname)
        self._abandoned = False
        self._ready = bytearray()

    async def do_handshake(self) -> None:
        """Perform the handshake; a thread waits for the service's signature."""
        await self._flush()
        while self._tls.is_handshaking:
            await self._pump()
        await self._flush()

    def _write(self) -> None:
        while out := self._tls.to_server():
            self._writer.write(out)

    async def _flush(self) -> None:
        self._write()
        await self._writer.drain()

    async def _pump(self) -> None:
        data = await self._reader.read(_PIECE)
        try:
            if self._tls.is_handshaking:
                await asyncio.to_thread(self._tls.receive, data)
            else:
                self._tls.receive(data)
        except asyncio.CancelledError:
            # A signature may be in flight: calls on the connection wait for it.
            self._abandoned = True
            raise
        except Exception:
            # Also send the alert to the server.
            self._write()
            raise
        # Without waiting: the server may not read before its data is received.
        self._write()

    async def send(self, data: Bytes) -> None:
        """Send all data."""
        view = memoryview(data).cast("B")
        for at in range(0, len(view), _PIECE):
            self._tls.send(view[at : at + _PIECE])
            await self._flush()

    async def receive(self, size: int) -> bytes:
        """Receive up to ``size`` bytes; none after the server has closed the connection."""
        while not self._ready:
            self._ready += self._tls.plaintext()
            if self._ready or self._tls.is_closed:
                break
            await self._pump()
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    def version(self) -> Optional[str]:
        """Return the protocol's version, such as ``TLSv1.3``."""
        return self._tls.protocol_version

    def selected_alpn_protocol(self) -> Optional[str]:
        """Return the negotiated application protocol."""
        protocol = self._tls.alpn_protocol
        return None if protocol is None else protocol.decode()

    async def close(self) -> None:
        """Send close_notify and close the connection."""
        try:
            if not self._abandoned:
                self._tls.close()
                await self._flush()
        except OSError:
            pass
        finally:
            self._writer.close()


async def open_connection(host: str, port: int, config: TLSConfig) -> TLSStream:
    """Connect to a server with TLS, on asyncio."""
    reader, writer = await asyncio.open_connection(host, port)
    stream = TLSStream(reader, writer, config, host)
    try:
        await stream.do_handshake()
    except BaseException:
        writer.close()
        raise
    return stream


__all__ = [
    "TLSConfig",
    "TLSSocket",
    "TLSStream",
    "open_connection",
    "wrap_socket",
]
