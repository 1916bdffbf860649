"""Names and numbers of options."""

from __future__ import annotations

import enum

from ._generated.providers import Provider

__all__ = ["Hash", "KeyUse", "Padding", "Provider"]


class Hash(str, enum.Enum):
    """A hash function; its value is the name in the contracts.

    >>> parsec.Hash.SHA_256.value
    'sha-256'
    >>> parsec.Hash("sha-384").digest_size
    48
    """

    SHA_1 = "sha-1"
    SHA_224 = "sha-224"
    SHA_256 = "sha-256"
    SHA_384 = "sha-384"
    SHA_512 = "sha-512"
    SHA_512_224 = "sha-512-224"
    SHA_512_256 = "sha-512-256"
    SHA3_224 = "sha3-224"
    SHA3_256 = "sha3-256"
    SHA3_384 = "sha3-384"
    SHA3_512 = "sha3-512"

    def __str__(self) -> str:
        return self.value

    @property
    def hashlib_name(self) -> str:
        """Its name in :mod:`hashlib`."""
        name = self.value.replace("sha-", "sha")
        return name.replace("-", "_")

    @property
    def digest_size(self) -> int:
        """The length of a hash in bytes."""
        bits = {"sha-1": 160}.get(self.value) or int(self.value.rsplit("-", 1)[1])
        return bits // 8


class KeyUse(str, enum.Enum):
    """A use of a new key that only some providers support.

    >>> parsec.AES_256_GCM.with_options(uses=[parsec.KeyUse.STREAMS]).uses
    (<KeyUse.STREAMS: 'streams'>,)
    """

    #: Data in pieces of any length.
    STREAMS = "streams"
    #: Wrapping: the key is wrapped by another key (it must be exportable), or wraps other keys.
    WRAPPING = "wrapping"

    def __str__(self) -> str:
        return self.value


class Padding(str, enum.Enum):
    """The padding of RSA signatures (RFC 8017).

    >>> parsec.RSA.with_options(padding=parsec.Padding.PKCS1).padding
    <Padding.PKCS1: 'pkcs1'>
    """

    PSS = "pss"
    PKCS1 = "pkcs1"

    def __str__(self) -> str:
        return self.value
