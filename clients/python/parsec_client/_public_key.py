"""Public keys: plain data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Union

from . import _native
from ._bytes import Bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


class PublicKey:
    """A public key, in the formats of other libraries.

    >>> with parsec.Client() as client, client.temporary() as key:
    ...     same = parsec.PublicKey.from_pem(key.public_key.to_pem())
    ...     same == key.public_key, same.description
    (True, 'P-256')
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.PublicKey) -> None:
        self._native = native

    @classmethod
    def from_der(cls, data: Bytes) -> PublicKey:
        """Reads a ``SubjectPublicKeyInfo`` (RFC 5280).

        Raises:
            InvalidArgument: The key is malformed.

        """
        return cls(_native.PublicKey.from_der(data))

    @classmethod
    def from_pem(cls, text: Union[str, bytes]) -> PublicKey:
        """Reads PEM with the label ``PUBLIC KEY``.

        Raises:
            InvalidArgument: The key is malformed.

        """
        return cls(_native.PublicKey.from_pem(text if isinstance(text, str) else text.decode()))

    @property
    def bits(self) -> int:
        """The size in bits: of the field of the curve, or of the modulus."""
        return self._native.bits

    @property
    def description(self) -> str:
        """A description for people: ``P-256``, ``RSA 2048``."""
        return self._native.description

    @property
    def raw(self) -> bytes:
        """The key in the format of the PSA Crypto API, which key agreement takes."""
        return self._native.raw

    def to_der(self) -> bytes:
        """Returns a DER ``SubjectPublicKeyInfo``."""
        return self._native.to_der()

    def to_pem(self) -> str:
        """Returns PEM with the label ``PUBLIC KEY``."""
        return self._native.to_pem()

    def to_jwk(self) -> dict[str, str]:
        """Returns a JSON Web Key (RFC 7517).

        Raises:
            NotSupported: JSON Web Keys have no name for the curve.

        """
        jwk: dict[str, str] = json.loads(self._native.to_jwk())
        return jwk

    def to_cryptography(self) -> PublicKeyTypes:
        """Returns the public key of pyca/cryptography; needs that package."""
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        return load_der_public_key(self.to_der())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self._native == other._native

    def __hash__(self) -> int:
        return hash(self.to_der())

    def __repr__(self) -> str:
        return f"<parsec_client.PublicKey {self.description}>"


def public_key_of(material: Union[PublicKey, str, Bytes]) -> PublicKey:
    """Returns a public key, given as an object, as PEM or as DER."""
    if isinstance(material, PublicKey):
        return material
    if isinstance(material, str):
        return PublicKey.from_pem(material)
    data = bytes(material)
    return PublicKey.from_pem(data) if data.startswith(b"-----") else PublicKey.from_der(data)


def public_bytes(key: Union[PublicKey, Bytes]) -> Bytes:
    """Returns a public key in the format of the PSA Crypto API."""
    return key.raw if isinstance(key, PublicKey) else key
