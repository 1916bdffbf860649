"""TLS over a socket."""

# The classes of ssl declare attributes where these have properties.
# mypy: disable-error-code="override, misc"
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any, Optional

from .. import _native
from .._bytes import Bytes
from .._checks import data as checked
from ._details import Details
from ._errors import converted, ragged_eof, want_read, want_write

if TYPE_CHECKING:
    from ._context import Context

_PIECE = 64 * 1024


class TLSSocket(Details, ssl.SSLSocket):
    r"""A TLS socket: from :func:`wrap_socket` or :meth:`ClientContext.wrap_socket`.

    It has the methods of :class:`ssl.SSLSocket`. One thread may send while another receives.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     context = parsec.tls.ClientContext(key=key, certificate_chain=chain, roots=roots)
    ...     plain = socket.create_connection(("localhost", port))
    ...     with context.wrap_socket(plain, server_hostname="localhost") as tls:
    ...         tls.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi")
    ...         tls.recv(12)
    b'HTTP/1.1 200'
    """

    def __init__(
        self,
        sock: socket.socket,
        context: Context,
        *,
        server_side: bool = False,
        server_hostname: Optional[str] = None,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
    ) -> None:
        if isinstance(sock, ssl.SSLSocket):
            raise ValueError("argument 'sock': it has TLS already; use wrap_bio for TLS within TLS")
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) != socket.SOCK_STREAM:
            raise ValueError("argument 'sock': only stream sockets are supported")
        timeout = sock.gettimeout()
        socket.socket.__init__(self, sock.family, sock.type, sock.proto, fileno=sock.detach())
        self._tls = None
        self._context = context
        self._sending = threading.Lock()
        self._is_left = False
        self._unsent = bytearray()
        self._ready = bytearray()
        self._closed = False
        self._sslobj: Any = None
        self.server_side = server_side
        self.server_hostname = server_hostname
        self.do_handshake_on_connect = do_handshake_on_connect
        self.suppress_ragged_eofs = suppress_ragged_eofs
        try:
            self.settimeout(timeout)
            if self._has_peer():
                self._start()
        except BaseException:
            self.close()
            raise

    def _has_peer(self) -> bool:
        try:
            self.getpeername()
        except OSError as error:
            if error.errno not in (errno.ENOTCONN, errno.EINVAL):
                raise
            return False
        return True

    def _start(self) -> None:
        self._tls = self._context._connection(self.server_side, self.server_hostname)
        # Libraries read the details of a connection from here.
        self._sslobj = self
        if self.do_handshake_on_connect:
            if self.gettimeout() == 0.0:
                raise ValueError("do_handshake_on_connect needs a blocking socket")
            self.do_handshake()

    def _started(self) -> _native.TlsConnection:
        if self._tls is None:
            raise OSError(errno.ENOTCONN, "the socket is not connected")
        return self._tls

    def connect(self, address: Any) -> None:
        """Connects to a server, and performs the handshake."""
        if self.server_side or self._tls is not None:
            raise ValueError("this socket is connected already, or is that of a server")
        socket.socket.connect(self, address)
        self._start()

    def connect_ex(self, address: Any) -> int:
        """Connects to a server, and returns an error's number instead of raising it."""
        number = socket.socket.connect_ex(self, address)
        if number == 0:
            self._start()
        return number

    def do_handshake(self, block: bool = False) -> None:
        """Performs the handshake; waits for the service's signature.

        Raises:
            TLSError: The handshake failed.
            CertificateError: The certificate of the peer is not valid.

        """
        timeout = self.gettimeout()
        if block and timeout == 0.0:
            self.settimeout(None)
        try:
            with self._alert():
                self._flush()
                while self._started().is_handshaking:
                    self._pump()
                self._flush()
        finally:
            if block:
                self.settimeout(timeout)

    @contextlib.contextmanager
    def _alert(self) -> Any:
        """Also sends the alert of a failed handshake to the peer."""
        try:
            yield
        except ssl.SSLError:
            with contextlib.suppress(OSError):
                self._flush()
            raise

    def _flush(self, data: Optional[memoryview] = None, *, wait: bool = True) -> None:
        # A thread that does not wait leaves the bytes to the sending thread, which checks again
        # afterwards. Data is queued under the lock, so that no other thread sends it.
        tls = self._started()
        self._is_left = True
        while self._sending.acquire(blocking=wait):
            try:
                self._is_left = False
                # Data that is reported as sent must not be repeated: it is accepted only if there
                # is room.
                self._send_rest()
                if data is not None:
                    tls.send(data)
                    data = None
                while out := tls.to_peer():
                    self._unsent += out
                    with contextlib.suppress(ssl.SSLWantWriteError):
                        self._send_rest()
                    if self._unsent:
                        break
            finally:
                self._sending.release()
            if not self._is_left:
                break

    def _send_rest(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: socket.socket.send(self, self._unsent)]
        except BlockingIOError:
            raise want_write() from None

    def _pump(self) -> None:
        tls = self._started()
        shaking = tls.is_handshaking
        try:
            received = socket.socket.recv(self, _PIECE)
        except BlockingIOError:
            raise want_read() from None
        try:
            with converted():
                tls.receive(received)
        finally:
            # The peer may not read before its data is received, so a receiver must not block here.
            with contextlib.suppress(ssl.SSLWantWriteError):
                self._flush(wait=shaking)
        if not received and not self.suppress_ragged_eofs:
            raise ragged_eof()

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receives up to ``buflen`` bytes; none after the peer has closed the connection.

        Raises:
            TLSError: The peer does not use TLS, or refused the certificate.

        """
        _no_flags(flags, "recv")
        tls = self._started()
        while not self._ready:
            self._ready += tls.plaintext()
            if self._ready or tls.is_closed:
                break
            self._pump()
        received = bytes(self._ready[:buflen])
        del self._ready[:buflen]
        return received

    def recv_into(self, buffer: Any, nbytes: Optional[int] = None, flags: int = 0) -> int:
        """Receives into a buffer, and returns the number of bytes."""
        _no_flags(flags, "recv_into")
        view = memoryview(buffer).cast("B")
        received = self.recv(nbytes or len(view))
        view[: len(received)] = received
        return len(received)

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        """Receives up to ``len`` bytes, into the buffer if there is one."""
        return self.recv(len) if buffer is None else self.recv_into(buffer, len)

    def send(self, data: Bytes, flags: int = 0) -> int:
        """Sends data, and returns how much was sent: at most 64 KiB."""
        _no_flags(flags, "send")
        view = memoryview(checked(data, "data")).cast("B")[:_PIECE]
        self._flush(view)
        return len(view)

    def write(self, data: Bytes) -> int:
        """Sends data, and returns how much was sent."""
        return self.send(data)

    def sendall(self, data: Bytes, flags: int = 0) -> None:
        """Sends all data."""
        _no_flags(flags, "sendall")
        view = memoryview(checked(data, "data")).cast("B")
        while view:
            view = view[self.send(view) :]

    def sendfile(self, file: Any, offset: int = 0, count: Optional[int] = None) -> int:
        """Sends a file, and returns the number of bytes."""
        file.seek(offset)
        sent = 0
        while piece := file.read(_PIECE if count is None else min(_PIECE, count - sent)):
            self.sendall(piece)
            sent += len(piece)
        return sent

    def pending(self) -> int:
        """Returns the number of bytes that can be received without waiting."""
        self._ready += self._started().plaintext()
        return len(self._ready)

    def shutdown(self, how: int) -> None:
        """Ends TLS if ``how`` ends sending, then shuts the socket down."""
        if self._tls is not None and how != socket.SHUT_RD:
            with contextlib.suppress(OSError):
                self._end()
        socket.socket.shutdown(self, how)

    def _end(self) -> None:
        self._started().close()
        self._flush()

    def unwrap(self) -> socket.socket:
        """Ends TLS, waits for the end of the peer, and returns the socket without TLS."""
        tls = self._started()
        self._end()
        while not tls.is_closed:
            tls.plaintext()
            self._pump()
        self._tls = self._sslobj = None
        timeout = self.gettimeout()
        plain = socket.socket(self.family, self.type, self.proto, fileno=self.detach())
        plain.settimeout(timeout)
        return plain

    def _real_close(self) -> None:
        # Without waiting for a peer that does not read.
        if self._tls is not None and self._sending.acquire(blocking=False):
            with contextlib.suppress(OSError, ValueError):
                try:
                    self.settimeout(0)
                    self._tls.close()
                    self._unsent += self._tls.to_peer()
                    self._send_rest()
                finally:
                    self._sending.release()
        self._tls = self._sslobj = None
        socket.socket._real_close(self)  # type: ignore[attr-defined]

    def dup(self) -> socket.socket:
        """Raises ``NotImplementedError``, as in :mod:`ssl`."""
        raise NotImplementedError("a TLS socket cannot be duplicated")

    def recvfrom(self, *_: Any) -> Any:
        """Raises ``NotImplementedError``: use :meth:`recv`."""
        raise NotImplementedError("recvfrom is not possible with TLS: use recv")

    def recvfrom_into(self, *_: Any) -> Any:
        """Raises ``NotImplementedError``: use :meth:`recv_into`."""
        raise NotImplementedError("recvfrom_into is not possible with TLS: use recv_into")

    def sendto(self, *_: Any) -> Any:
        """Raises ``NotImplementedError``: use :meth:`send`."""
        raise NotImplementedError("sendto is not possible with TLS: use send")


def _no_flags(flags: int, method: str) -> None:
    if flags != 0:
        raise ValueError(f"flags are not possible in {method} with TLS")


__all__ = ["TLSSocket"]
