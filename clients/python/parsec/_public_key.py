"""Public keys: plain data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Union

from . import _native
from ._bytes import Bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


class PublicKey:
    """A public key: plain data, in the forms that others read.

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
        """Read a ``SubjectPublicKeyInfo`` (RFC 5280).

        Raises:
            InvalidArgument: If it is none.

        """
        return cls(_native.PublicKey.from_der(data))

    @classmethod
    def from_pem(cls, text: Union[str, bytes]) -> PublicKey:
        """Read PEM with the label ``PUBLIC KEY``.

        Raises:
            InvalidArgument: If it is none.

        """
        return cls(_native.PublicKey.from_pem(text if isinstance(text, str) else text.decode()))

    @property
    def bits(self) -> int:
        """Bits of the curve's field or of the modulus."""
        return self._native.bits

    @property
    def description(self) -> str:
        """What the key is, for a person: ``P-256``, ``RSA 2048``."""
        return self._native.description

    @property
    def raw(self) -> bytes:
        """The key as the PSA Crypto API has it, which agreement takes."""
        return self._native.raw

    def to_der(self) -> bytes:
        """Give DER ``SubjectPublicKeyInfo``."""
        return self._native.to_der()

    def to_pem(self) -> str:
        """Give PEM with the label ``PUBLIC KEY``."""
        return self._native.to_pem()

    def to_jwk(self) -> dict[str, str]:
        """Give a JSON Web Key (RFC 7517).

        Raises:
            NotSupported: If the curve has no name there.

        """
        jwk: dict[str, str] = json.loads(self._native.to_jwk())
        return jwk

    def to_cryptography(self) -> PublicKeyTypes:
        """Give the key as pyca/cryptography's own; needs that package."""
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        return load_der_public_key(self.to_der())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self._native == other._native

    def __hash__(self) -> int:
        return hash(self.to_der())

    def __repr__(self) -> str:
        return f"<parsec.PublicKey {self.description}>"
