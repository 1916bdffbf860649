"""Authentication of a client."""

from __future__ import annotations

import os
from typing import Union, final

from ._checks import data, text


@final
class Authentication:
    """Authentication of a client. Without one, a client uses what the service offers.

    Keys belong to the identity that created them: an application must always use the same.

    >>> parsec.Authentication.unix_peer_credentials()
    parsec_client.Authentication.unix_peer_credentials()
    """

    __slots__ = ("_parts",)

    def __init__(self, name: str, value: bytes) -> None:
        self._parts = (name, value)

    @classmethod
    def none(cls) -> Authentication:
        """No authentication: for discovery, hashes and random bytes."""
        return cls("none", b"")

    @classmethod
    def direct(cls, name: str) -> Authentication:
        """Direct authentication: the service trusts the name."""
        return cls("direct", text(name, "name").encode())

    @classmethod
    def unix_peer_credentials(cls) -> Authentication:
        """Unix peer credentials: the kernel reports the user of this process."""
        return cls("unix-peer-credentials", b"")

    @classmethod
    def jwt_svid(cls, token: Union[str, bytes]) -> Authentication:
        """A SPIFFE JWT-SVID; it expires after some minutes."""
        encoded = token.encode() if isinstance(token, str) else bytes(data(token, "token"))
        return cls("jwt-svid", encoded)

    @classmethod
    def jwt_svid_file(cls, path: Union[str, os.PathLike[str]]) -> Authentication:
        """A JWT-SVID in a file, which is read for every request.

        The environment variable ``PARSEC_JWT_SVID_FILE`` does the same for every client.
        """
        return cls("jwt-svid-file", os.fsencode(path))

    def __repr__(self) -> str:
        # The value may be a secret.
        return f"parsec_client.Authentication.{self._parts[0].replace('-', '_')}()"


__all__ = ["Authentication"]
