"""Details of a connection, with the names of :mod:`ssl`."""

# The classes of ssl declare attributes where these have properties.
# mypy: disable-error-code="override, misc"
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Optional, Union, overload

from .. import _native
from .._generated.errors import NotSupported

if TYPE_CHECKING:
    from ._context import Context


class Details:
    """Details of a connection, after its handshake."""

    _tls: Optional[_native.TlsConnection]
    _context: Context

    def version(self) -> Optional[str]:
        """Returns the version of the protocol, such as ``TLSv1.3``."""
        return self._tls and self._tls.protocol_version

    def cipher(self) -> Optional[tuple[str, str, int]]:
        """Returns the cipher suite by its name in the IANA's registry, the version and the bits."""
        name = self._tls and self._tls.cipher_suite
        if not name:
            return None
        return name, self.version() or "", 128 if "_128_" in name else 256

    def shared_ciphers(self) -> Optional[list[tuple[str, str, int]]]:
        """Returns ``None``: this is not known."""
        return None

    def compression(self) -> Optional[str]:
        """Returns ``None``: nothing is compressed."""
        return None

    def selected_alpn_protocol(self) -> Optional[str]:
        """Returns the negotiated application protocol, such as ``h2``."""
        protocol = self._tls and self._tls.alpn_protocol
        return protocol.decode() if protocol else None

    def selected_npn_protocol(self) -> Optional[str]:
        """Returns ``None``: the extension is obsolete."""
        return None

    @overload
    def getpeercert(self, binary_form: Literal[False] = ...) -> Optional[dict[str, Any]]: ...

    @overload
    def getpeercert(self, binary_form: Literal[True]) -> Optional[bytes]: ...

    @overload
    def getpeercert(self, binary_form: bool) -> Union[dict[str, Any], bytes, None]: ...

    def getpeercert(self, binary_form: bool = False) -> Union[dict[str, Any], bytes, None]:
        """Returns the peer's certificate as a dictionary or in DER, or ``None`` without one."""
        chain = self.get_unverified_chain()
        if not chain:
            return None
        return chain[0] if binary_form else _native.decode_certificate(chain[0])

    def get_unverified_chain(self) -> list[bytes]:
        """Returns the certificates that the peer sent, in DER, its own first."""
        return self._tls.peer_certificates if self._tls else []

    def get_verified_chain(self) -> list[bytes]:
        """Raises ``NotSupported``; :meth:`get_unverified_chain` returns what the peer sent."""
        raise NotSupported("the verified chain is not known; see get_unverified_chain")

    def get_channel_binding(self, cb_type: str = "tls-unique") -> Optional[bytes]:
        """Raises ``NotSupported``."""
        raise NotSupported(f"channel bindings such as {cb_type} are not supported")

    def verify_client_post_handshake(self) -> None:
        """Raises ``NotSupported``."""
        raise NotSupported("authentication after the handshake is not supported")

    @property
    def requested_server_name(self) -> Optional[str]:
        """The name that the client requests, on the side of a server."""
        return self._tls and self._tls.requested_server_name

    @property
    def session(self) -> None:
        """``None``: sessions are resumed automatically."""
        return None

    @session.setter
    def session(self, session: object) -> None:
        if session is not None:
            raise NotSupported("sessions are resumed automatically; they cannot be set")

    @property
    def session_reused(self) -> Optional[bool]:
        """Whether the connection resumed an earlier session."""
        return self._tls.is_resumed if self._tls else None

    @property
    def context(self) -> Context:
        """The context of the connection."""
        return self._context


__all__ = ["Details"]
