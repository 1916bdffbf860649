"""Contexts of TLS, which every library takes that takes an :class:`ssl.SSLContext`."""

# The classes of ssl declare attributes where these have properties.
# mypy: disable-error-code="override, misc"
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn, Optional, Union

from .. import _native
from .._bytes import Bytes
from .._checks import data, instance, text, texts
from .._generated.errors import NotSupported
from .._sync import SigningKey
from ._object import TLSObject
from ._socket import TLSSocket

if TYPE_CHECKING:
    from .. import aio

#: A key of either client.
AnySigningKey = Union[SigningKey, "aio.SigningKey"]
#: Certificates in PEM.
Pem = Union[str, Bytes]

_VERSIONS = {
    ssl.TLSVersion.TLSv1_2: 2,
    ssl.TLSVersion.TLSv1_3: 3,
}
#: Options that forbid what is never done here.
_ALWAYS = (
    ssl.OP_ALL
    | ssl.OP_NO_SSLv2
    | ssl.OP_NO_SSLv3
    | ssl.OP_NO_TLSv1
    | ssl.OP_NO_TLSv1_1
    | ssl.OP_NO_COMPRESSION
    | ssl.OP_NO_RENEGOTIATION
    | ssl.OP_SINGLE_DH_USE
    | ssl.OP_SINGLE_ECDH_USE
)


class Context(ssl.SSLContext):
    """The part that both sides have. rustls performs TLS; the service signs.

    It is an :class:`ssl.SSLContext`, so that libraries accept it. What it cannot do raises
    ``NotSupported``: nothing is ignored.
    """

    _is_server = False

    def __new__(cls, *_: Any, **__: Any) -> Any:
        """Creates a context; nothing of OpenSSL's is used."""
        side = ssl.PROTOCOL_TLS_SERVER if cls._is_server else ssl.PROTOCOL_TLS_CLIENT
        return super().__new__(cls, side)

    def __init__(self, roots: Optional[Pem], alpn: Iterable[str]) -> None:
        self._roots = b"" if roots is None else pem(roots, self._names_of_roots)
        self._alpn: list[str] = texts(alpn, "alpn")
        self._versions = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        self._config: Any = None

    _names_of_roots = "roots"

    def _connection(self, server_side: bool, hostname: Optional[str]) -> _native.TlsConnection:
        raise NotImplementedError

    def wrap_socket(  # noqa: PLR0917 (the parameters are those of ssl)
        self,
        sock: Any,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: Union[str, bytes, None] = None,
        session: None = None,
    ) -> TLSSocket:
        """Starts TLS on a socket, which the result then owns.

        A listening socket returns TLS sockets from ``accept``.

        Raises:
            TLSError: The handshake failed.
            CertificateError: The certificate of the server is not valid.

        """
        self._check(server_side, session)
        return TLSSocket(
            sock,
            self,
            server_side=server_side,
            server_hostname=_hostname(server_hostname),
            do_handshake_on_connect=do_handshake_on_connect,
            suppress_ragged_eofs=suppress_ragged_eofs,
        )

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: Union[str, bytes, None] = None,
        session: None = None,
    ) -> TLSObject:
        """Returns TLS between two memory buffers, for event loops."""
        self._check(server_side, session)
        hostname = _hostname(server_hostname)
        return TLSObject(
            self._connection(server_side, hostname),
            self,
            incoming,
            outgoing,
            server_side=server_side,
            server_hostname=hostname,
        )

    def _check(self, server_side: bool, session: object) -> None:
        if server_side != self._is_server:
            mine, other = "ClientContext", "server"
            if self._is_server:
                mine, other = "ServerContext", "client"
            raise ValueError(f"argument 'server_side': a {mine} is not for the side of a {other}")
        if session is not None:
            raise NotSupported("sessions are resumed automatically; they cannot be given")

    def _changed(self) -> None:
        self._config = None

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Sets the application protocols, the best first: ``h2``, ``http/1.1`` (RFC 7301)."""
        wanted = texts(alpn_protocols, "alpn_protocols")
        if wanted != self._alpn:
            self._alpn = wanted
            self._changed()

    def load_verify_locations(
        self,
        cafile: Union[str, bytes, os.PathLike[str], os.PathLike[bytes], None] = None,
        capath: Union[str, bytes, os.PathLike[str], os.PathLike[bytes], None] = None,
        cadata: Union[str, Bytes, None] = None,
    ) -> None:
        """Adds trusted authorities: a file of PEM, or PEM (str) or DER (bytes)."""
        if capath is not None:
            raise NotSupported("argument 'capath': give the certificates as cafile or cadata")
        added = b""
        if cafile is not None:
            with open(cafile, "rb") as file:
                added += file.read() + b"\n"
        if cadata is not None:
            text_or_der = cadata if isinstance(cadata, str) else bytes(data(cadata, "cadata"))
            if isinstance(text_or_der, bytes):
                text_or_der = ssl.DER_cert_to_PEM_cert(text_or_der)
            added += text_or_der.encode() + b"\n"
        if added not in self._roots:
            self._roots += added
            self._changed()

    @property
    def minimum_version(self) -> ssl.TLSVersion:
        """The oldest version: TLS 1.2, unless it is set to TLS 1.3."""
        return self._versions[0]

    @minimum_version.setter
    def minimum_version(self, version: ssl.TLSVersion) -> None:
        lowest = ssl.TLSVersion.TLSv1_2
        self._versions = (_version(version, lowest, lowest), self._versions[1])
        self._changed()

    @property
    def maximum_version(self) -> ssl.TLSVersion:
        """The latest version: TLS 1.3, unless it is set to TLS 1.2."""
        return self._versions[1]

    @maximum_version.setter
    def maximum_version(self, version: ssl.TLSVersion) -> None:
        ends = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        self._versions = (self._versions[0], _version(version, *ends))
        self._changed()

    @property
    def _range(self) -> tuple[int, int]:
        return _VERSIONS[self._versions[0]], _VERSIONS[self._versions[1]]

    @property
    def options(self) -> ssl.Options:
        """The options of :mod:`ssl`. Those that forbid what is never done may be set."""
        return ssl.Options(_ALWAYS)

    @options.setter
    def options(self, options: ssl.Options) -> None:
        if options & ~_ALWAYS:
            raise NotSupported(
                f"options cannot be set ({ssl.Options(options & ~_ALWAYS)!r}): for versions, set "
                "minimum_version or maximum_version"
            )

    @property
    def sni_callback(self) -> None:
        """``None``; :meth:`ServerContext.add_identity` selects certificates by name."""
        return None

    @sni_callback.setter
    def sni_callback(self, callback: object) -> None:
        _only(callback is None, "sni_callback")

    @property
    def keylog_filename(self) -> None:
        """``None``: secrets are not logged."""
        return None

    @keylog_filename.setter
    def keylog_filename(self, name: object) -> None:
        _only(name is None, "keylog_filename")

    @property
    def post_handshake_auth(self) -> bool:
        """False: there is no authentication after the handshake."""
        return False

    @post_handshake_auth.setter
    def post_handshake_auth(self, value: bool) -> None:
        _only(not value, "post_handshake_auth")

    @property
    def hostname_checks_common_name(self) -> bool:
        """False: names are those of the extension for them."""
        return False

    @hostname_checks_common_name.setter
    def hostname_checks_common_name(self, value: bool) -> None:
        _only(not value, "hostname_checks_common_name")

    @property
    def verify_flags(self) -> ssl.VerifyFlags:
        """The flags of :mod:`ssl`; rustls is always strict."""
        return ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST | ssl.VerifyFlags.VERIFY_X509_STRICT

    @verify_flags.setter
    def verify_flags(self, flags: ssl.VerifyFlags) -> None:
        _only(not flags & ~(self.verify_flags | ssl.VerifyFlags(0x80000)), "verify_flags")

    def load_cert_chain(self, *_: Any, **__: Any) -> None:
        """Raises ``NotSupported``: the private key is in the service."""
        raise NotSupported(
            "load_cert_chain reads private keys from files: give the key of the service and its "
            "certificate_chain to the constructor"
        )

    def _unsupported(self, *_: Any, **__: Any) -> NoReturn:
        raise NotSupported("rustls decides this: ciphers, groups and tickets cannot be set")

    set_ciphers: Any = _unsupported
    set_ciphersuites: Any = _unsupported
    set_groups: Any = _unsupported
    set_ecdh_curve: Any = _unsupported
    load_dh_params: Any = _unsupported
    set_npn_protocols: Any = _unsupported
    set_servername_callback: Any = _unsupported
    set_psk_client_callback: Any = _unsupported
    set_psk_server_callback: Any = _unsupported
    get_ciphers: Any = _unsupported
    get_ca_certs: Any = _unsupported
    cert_store_stats: Any = _unsupported
    session_stats: Any = _unsupported


class ClientContext(Context):
    """The context of TLS clients: trusted authorities and identity. Share it between connections.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     context = parsec.tls.ClientContext(key=key, certificate_chain=chain, roots=roots)
    ...     connection = http.client.HTTPSConnection("localhost", port, context=context)
    ...     connection.request("GET", "/")
    ...     connection.getresponse().read()
    ...     connection.close()
    b'hi'

    The certificate of the server and its name are always checked.

    Args:
        key: The private key of the client's certificate, blocking or async.
        certificate_chain: PEM: the client's certificate, then those of its issuers.
        roots: PEM of the trusted authorities, instead of those of the machine.
        alpn: Protocols to offer, in order of preference.

    Raises:
        InvalidArgument: The PEM is malformed, or the certificate is for another key.

    """

    def __init__(
        self,
        *,
        key: Optional[AnySigningKey] = None,
        certificate_chain: Optional[Pem] = None,
        roots: Optional[Pem] = None,
        alpn: Iterable[str] = (),
    ) -> None:
        super().__init__(roots, alpn)
        if (key is None) != (certificate_chain is None):
            raise ValueError("arguments 'key' and 'certificate_chain' must be given together")
        self._identity: Any = (None, None)
        if key is not None and certificate_chain is not None:
            self._identity = (pem(certificate_chain, "certificate_chain"), native_key(key))
        if key is not None or roots is not None:
            self._built()

    def _built(self) -> _native.TlsConfig:
        if self._config is None:
            chain, key = self._identity
            self._config = _native.TlsConfig(
                self._roots or None, chain, key, self._alpn, *self._range
            )
        config: _native.TlsConfig = self._config
        return config

    def _connection(self, server_side: bool, hostname: Optional[str]) -> _native.TlsConnection:
        if not hostname:
            raise ValueError("argument 'server_hostname': the name of the server is needed")
        return _native.TlsConnection.client(self._built(), hostname)

    def load_default_certs(self, purpose: object = None) -> None:
        """Trusts the authorities of the machine, which is the default."""
        if self._roots:
            raise NotSupported("the context has roots: those of the machine cannot be added")

    def set_default_verify_paths(self) -> None:
        """Trusts the authorities of the machine, which is the default."""
        self.load_default_certs()

    @property
    def verify_mode(self) -> ssl.VerifyMode:
        """``CERT_REQUIRED``: the certificate of the server is always checked."""
        return ssl.CERT_REQUIRED

    @verify_mode.setter
    def verify_mode(self, mode: ssl.VerifyMode) -> None:
        if mode != ssl.CERT_REQUIRED:
            raise NotSupported(
                "the certificate of the server is always checked: give its authority as roots"
            )

    @property
    def check_hostname(self) -> bool:
        """True: the name of the server is always checked."""
        return True

    @check_hostname.setter
    def check_hostname(self, value: bool) -> None:
        if not value:
            raise NotSupported("the name of the server is always checked")


class ServerContext(Context):
    """The context of TLS servers, whose private keys stay in the service.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     context = parsec.tls.ServerContext(key=key, certificate_chain=chain)
    ...     with http.server.HTTPServer(("localhost", 0), handler) as server:
    ...         server.socket = context.wrap_socket(server.socket, server_side=True)

    A handshake waits for a signature of the service on the thread that performs it: on that of the
    event loop in asyncio. :func:`start_server` waits on another one.

    Args:
        key: The private key of the server's certificate, blocking or async.
        certificate_chain: PEM: the server's certificate, then those of its issuers.
        client_roots: PEM of the authorities of client certificates, which are then required; set
            ``verify_mode`` to ``ssl.CERT_OPTIONAL`` to accept clients without one.
        alpn: The application protocols of the server, in order of preference.

    Raises:
        InvalidArgument: The PEM is malformed, or the certificate is for another key.
        NotSupported: The key signs with the padding of PKCS #1 version 1.5, which TLS 1.3 does not
            have; set ``maximum_version`` to TLS 1.2, and :meth:`add_identity` afterwards.

    """

    _is_server = True
    _names_of_roots = "client_roots"

    def __init__(
        self,
        *,
        key: Optional[AnySigningKey] = None,
        certificate_chain: Optional[Pem] = None,
        client_roots: Optional[Pem] = None,
        alpn: Iterable[str] = (),
    ) -> None:
        super().__init__(client_roots, alpn)
        if (key is None) != (certificate_chain is None):
            raise ValueError("arguments 'key' and 'certificate_chain' must be given together")
        self._identities: list[tuple[bytes, Any]] = []
        self._mode = ssl.CERT_NONE if client_roots is None else ssl.CERT_REQUIRED
        if key is not None and certificate_chain is not None:
            self.add_identity(key=key, certificate_chain=certificate_chain)

    def add_identity(self, *, key: AnySigningKey, certificate_chain: Pem) -> None:
        """Adds a certificate, for connections whose clients request its name."""
        added = (pem(certificate_chain, "certificate_chain"), native_key(key))
        self._identities.append(added)
        self._changed()
        try:
            self._built()
        except BaseException:
            self._identities.pop()
            raise

    def _built(self) -> _native.TlsServerConfig:
        if self._config is None:
            if self._mode != ssl.CERT_NONE and not self._roots:
                raise ValueError("verify_mode needs the authorities of clients: give client_roots")
            self._config = _native.TlsServerConfig(
                self._identities,
                None if self._mode == ssl.CERT_NONE else self._roots,
                self._mode == ssl.CERT_OPTIONAL,
                self._alpn,
                *self._range,
            )
        config: _native.TlsServerConfig = self._config
        return config

    def _connection(self, server_side: bool, hostname: Optional[str]) -> _native.TlsConnection:
        if hostname:
            raise ValueError("argument 'server_hostname': it is only for the side of a client")
        return _native.TlsConnection.server(self._built())

    @property
    def verify_mode(self) -> ssl.VerifyMode:
        """Whether clients need a certificate."""
        return self._mode

    @verify_mode.setter
    def verify_mode(self, mode: ssl.VerifyMode) -> None:
        self._mode = ssl.VerifyMode(mode)
        self._changed()

    @property
    def check_hostname(self) -> bool:
        """False: the certificates of clients have no name of a host."""
        return False

    @check_hostname.setter
    def check_hostname(self, value: bool) -> None:
        _only(not value, "check_hostname")

    def load_default_certs(self, purpose: object = None) -> NoReturn:
        """Raises ``NotSupported``: the authorities of the machine are those of servers."""
        raise NotSupported("give the authorities of clients as client_roots")

    def set_default_verify_paths(self) -> NoReturn:
        """Raises ``NotSupported``: the authorities of the machine are those of servers."""
        self.load_default_certs()


def native_key(key: object) -> Any:
    """Returns the binding's key of a signing key of either client."""
    native = getattr(key, "_native", None)
    if not isinstance(native, (_native.Key, _native.AsyncKey)) or native.role != "signing":
        raise TypeError(
            "argument 'key': a SigningKey is needed, as Client.open_signing_key returns it, "
            f"not {type(key).__name__}"
        )
    return native


def pem(value: object, argument: str) -> bytes:
    """Returns certificates in PEM."""
    return value.encode() if isinstance(value, str) else bytes(data(value, argument))


def _hostname(name: Union[str, bytes, None]) -> Optional[str]:
    if name is None:
        return None
    return name.decode("ascii") if isinstance(name, bytes) else text(name, "server_hostname")


def _version(
    version: ssl.TLSVersion, lowest: ssl.TLSVersion, highest: ssl.TLSVersion
) -> ssl.TLSVersion:
    given = instance(version, "version", int, "an ssl.TLSVersion")
    named = {ssl.TLSVersion.MINIMUM_SUPPORTED: lowest, ssl.TLSVersion.MAXIMUM_SUPPORTED: highest}
    wanted = named.get(ssl.TLSVersion(given), ssl.TLSVersion(given))
    if wanted not in _VERSIONS:
        raise NotSupported(f"the versions are TLS 1.2 and TLS 1.3, not {wanted.name}")
    return wanted


def _only(is_supported: bool, name: str) -> None:
    if not is_supported:
        raise NotSupported(f"{name} cannot be set")


__all__ = ["ClientContext", "Context", "ServerContext", "native_key", "pem"]
