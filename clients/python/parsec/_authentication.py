"""How a client says who it is."""

from __future__ import annotations

import os
from typing import Union, final


@final
class Authentication:
    """How a client says who it is. Left alone, it chooses by what the service offers.

    Keys belong to the identity that made them, so an application must always come as the same.

    >>> parsec.Authentication.unix_peer_credentials()
    parsec.Authentication.unix_peer_credentials()
    """

    __slots__ = ("_parts",)

    def __init__(self, name: str, value: bytes) -> None:
        # One of those below.
        self._parts = (name, value)

    @classmethod
    def none(cls) -> Authentication:
        """It does not: enough to ask what there is, to hash and to draw random bytes."""
        return cls("none", b"")

    @classmethod
    def direct(cls, name: str) -> Authentication:
        """By a name that the service takes on trust."""
        return cls("direct", name.encode())

    @classmethod
    def unix_peer_credentials(cls) -> Authentication:
        """By the user of this process, which the kernel vouches for."""
        return cls("unix-peer-credentials", b"")

    @classmethod
    def jwt_svid(cls, token: Union[str, bytes]) -> Authentication:
        """By a JWT-SVID of SPIFFE, which is good for some minutes only."""
        return cls("jwt-svid", token.encode() if isinstance(token, str) else bytes(token))

    @classmethod
    def jwt_svid_file(cls, path: Union[str, os.PathLike[str]]) -> Authentication:
        """By the JWT-SVID that a file holds, read for every request.

        The environment's ``PARSEC_JWT_SVID_FILE`` says the same for every client.
        """
        return cls("jwt-svid-file", os.fsencode(path))

    def __repr__(self) -> str:
        # What it holds may be a secret.
        return f"parsec.Authentication.{self._parts[0].replace('-', '_')}()"


__all__ = ["Authentication"]
