"""An adapter for requests whose TLS uses a key of the service."""

from __future__ import annotations

import os
from typing import Any, Optional

from ._extras import missing
from ._generated.errors import NotSupported
from ._public_names import publish as _publish
from .tls._context import AnySigningKey, ClientContext, Pem

try:
    from requests.adapters import HTTPAdapter
except ModuleNotFoundError as _error:
    raise missing("requests", _error) from None


class TLSAdapter(HTTPAdapter):
    """An adapter with a client certificate whose key stays in the service.

    The arguments are those of :class:`parsec_client.tls.ClientContext` and, as ``options``, of
    ``requests.adapters.HTTPAdapter``.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     chain = issue(key.public_key)  # PEM, from your authority
    ...     adapter = parsec.requests.TLSAdapter(key=key, certificate_chain=chain, roots=roots)
    ...     with requests.Session() as web:
    ...         web.mount("https://", adapter)
    ...         web.get(f"https://localhost:{port}/").status_code
    200

    The certificates of servers are always checked: ``verify=False`` and ``cert`` are errors.
    """

    def __init__(
        self,
        *,
        key: Optional[AnySigningKey] = None,
        certificate_chain: Optional[Pem] = None,
        roots: Optional[Pem] = None,
        **options: Any,
    ) -> None:
        self._context = ClientContext(key=key, certificate_chain=certificate_chain, roots=roots)
        self._has_roots = roots is not None
        super().__init__(**options)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Gives the context to the connections; requests calls this."""
        super().init_poolmanager(*arguments, **options, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Gives the context to the connections through a proxy; requests calls this."""
        return super().proxy_manager_for(proxy, **options, ssl_context=self._context)

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> Any:
        """Checks the options of a request; requests calls this."""
        return super().build_connection_pool_key_attributes(
            request, self._authorities(verify, cert), None
        )

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Checks the options of a request; requests calls this."""
        authorities = self._authorities(verify, cert)
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = None if authorities is True else authorities
        conn.ca_cert_dir = None

    def _authorities(self, verify: Any, cert: Any) -> Any:
        """Returns a file of authorities, or True for those of the adapter."""
        if cert is not None:
            raise NotSupported("argument 'cert': the certificate is that of the TLSAdapter")
        if verify is not True and not isinstance(verify, str):
            raise NotSupported(
                "argument 'verify': the certificate of the server is always checked: give its "
                "authority to the TLSAdapter as roots"
            )
        if verify is True or not self._has_roots:
            return verify
        # The file of the environment is for requests that name no authority.
        if verify in (os.environ.get("REQUESTS_CA_BUNDLE"), os.environ.get("CURL_CA_BUNDLE")):
            return True
        raise NotSupported("argument 'verify': the authorities are the roots of the TLSAdapter")


__all__ = ["TLSAdapter"]

_publish(__name__, globals(), __all__)
