"""TLS with private keys that never leave the service, for clients and servers.

Python's own :mod:`ssl` reads private keys from files only. :class:`ClientContext` and
:class:`ServerContext` are contexts of :mod:`ssl` for the libraries that take one, but rustls
performs TLS, and the service signs the handshake. Without such a library, :func:`wrap_socket` is
for sockets, :func:`open_connection` and :func:`start_server` for asyncio. Transports for httpx are
in ``parsec_client.httpx``, an adapter for requests is in ``parsec_client.requests``.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Optional

from .._public_names import publish as _publish
from ._context import AnySigningKey, ClientContext, Pem, ServerContext
from ._errors import CertificateError, TLSError
from ._object import TLSObject
from ._socket import TLSSocket
from ._stream import TLSStream, open_connection, start_server


def wrap_socket(
    sock: socket.socket,
    *,
    server_hostname: str,
    key: Optional[AnySigningKey] = None,
    certificate_chain: Optional[Pem] = None,
    roots: Optional[Pem] = None,
    alpn: Iterable[str] = (),
) -> TLSSocket:
    """Starts TLS on a connected socket, which the result then owns.

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

    The other arguments are those of :class:`ClientContext`.

    Raises:
        InvalidArgument: The PEM is malformed, or the certificate is for another key.
        TLSError: The handshake failed.

    """
    context = ClientContext(key=key, certificate_chain=certificate_chain, roots=roots, alpn=alpn)
    return context.wrap_socket(sock, server_hostname=server_hostname)


__all__ = [
    "CertificateError",
    "ClientContext",
    "ServerContext",
    "TLSError",
    "TLSObject",
    "TLSSocket",
    "TLSStream",
    "open_connection",
    "start_server",
    "wrap_socket",
]

_publish(__name__, globals(), __all__)
