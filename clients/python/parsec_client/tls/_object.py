"""TLS between two memory buffers."""

# The classes of ssl declare attributes where these have properties.
# mypy: disable-error-code="override, misc"
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any, Optional

from .. import _native
from .._bytes import Bytes
from ._details import Details
from ._errors import converted, ragged_eof, want_read

if TYPE_CHECKING:
    from ._context import Context


class TLSObject(Details, ssl.SSLObject):
    """An :class:`ssl.SSLObject`: from :meth:`ClientContext.wrap_bio`.

    The event loops of asyncio, trio and anyio use such objects.
    """

    def __init__(
        self,
        tls: _native.TlsConnection,
        context: Context,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        *,
        server_side: bool,
        server_hostname: Optional[str],
    ) -> None:
        self._tls: _native.TlsConnection = tls
        self._context = context
        self._incoming = incoming
        self._outgoing = outgoing
        self._server_side = server_side
        self._server_hostname = server_hostname
        self._ready = bytearray()

    @property
    def server_side(self) -> bool:
        """Whether this is the side of the server."""
        return self._server_side

    @property
    def server_hostname(self) -> Optional[str]:
        """The name of the server, on the side of a client."""
        return self._server_hostname

    def do_handshake(self) -> None:
        """Continues the handshake; waits for the service's signature.

        Raises:
            ssl.SSLWantReadError: The peer's next message is needed.
            TLSError: The handshake failed.

        """
        self._flush()
        while self._tls.is_handshaking:
            self._pump()

    def _flush(self) -> None:
        while out := self._tls.to_peer():
            self._outgoing.write(out)

    def _pump(self) -> None:
        received = self._incoming.read()
        if not received and not self._incoming.eof:
            raise want_read()
        try:
            with converted():
                self._tls.receive(received)
        finally:
            # Also sends the alert to the peer.
            self._flush()
        if not received:
            raise ragged_eof()

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        """Reads up to ``len`` bytes, into the buffer if there is one; none after the peer's end.

        Raises:
            ssl.SSLWantReadError: More data of the peer is needed.

        """
        while not self._ready:
            self._ready += self._tls.plaintext()
            if self._ready or self._tls.is_closed:
                break
            self._pump()
        data = bytes(self._ready[:len])
        del self._ready[:len]
        if buffer is None:
            return data
        count = data.__len__()
        memoryview(buffer)[:count] = data
        return count

    def write(self, data: Bytes) -> int:
        """Writes all of the data, and returns its length."""
        self._tls.send(data)
        self._flush()
        return memoryview(data).nbytes

    def unwrap(self) -> None:
        """Ends TLS, and waits for the end of the peer.

        Raises:
            ssl.SSLWantReadError: The peer has not ended TLS yet.

        """
        self._tls.close()
        self._flush()
        while not self._tls.is_closed:
            self._tls.plaintext()
            try:
                self._pump()
            except ssl.SSLEOFError:
                break

    def pending(self) -> int:
        """Returns the number of bytes that can be read without more data of the peer."""
        self._ready += self._tls.plaintext()
        return self._ready.__len__()


__all__ = ["TLSObject"]
