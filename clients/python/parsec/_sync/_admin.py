# Made of parsec/aio/_admin.py by tools/unasync.py; do not edit.
"""What administrators can do."""

from __future__ import annotations

from typing import Union

from .._enums import Provider
from .._generated import types
from .._generated.raw import Raw


class Admin:
    """What administrators can do: those whom the service's configuration names.

    From ``client.admin``. For everybody else each call raises :class:`parsec.NotPermitted`.

    Clients are told from each other by their name and by the authenticator that vouches for it:
    :meth:`usage` lists them, and what it gives as ``client`` is what the other calls take.
    """

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def clients(self) -> list[str]:
        """List the applications that have keys, of the administrator's own authenticator."""
        return (self._raw.list_clients())["clients"]

    def delete_client(self, name: str) -> None:
        """Delete all keys of an application of the administrator's own authenticator."""
        self._raw.delete_client(client=name)

    def usage(self) -> list[types.ClientUsage]:
        """List every client of the service, with what it has and did."""
        return (self._raw.list_client_usage())["clients"]

    def disable(self, client: types.ClientId) -> None:
        """Refuse all requests of a client from now on, until it is enabled again."""
        self._raw.disable_client(client=client)

    def enable(self, client: types.ClientId) -> None:
        """Serve a client again that was disabled."""
        self._raw.enable_client(client=client)

    def revoke_key(self, client: types.ClientId, provider: Union[Provider, int], name: str) -> None:
        """Destroy a client's key at once, and end the streams that work with it."""
        number = int(Provider(provider))
        self._raw.revoke_key(client=client, provider_id=number, key_name=name)

    def limits(self, client: types.ClientId) -> types.ReadLimitsResult:
        """Tell what a client may have, and what all may have together; 0 is no limit."""
        return self._raw.read_limits(client=client)
