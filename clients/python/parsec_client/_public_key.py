"""Public keys: plain data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Callable, Optional, Protocol, Union

from . import _native
from ._bytes import Bytes
from ._checks import data
from ._extras import missing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


class ForeignPublicKey(Protocol):
    """A public key of pyca/cryptography."""

    def public_bytes(self, encoding: Any, format: Any) -> bytes:
        """Returns the key in a format of that package."""
        ...


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
        if not isinstance(text, str):
            text = bytes(data(text, "text")).decode(errors="replace")
        return cls(_native.PublicKey.from_pem(text))

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
        try:
            from cryptography.hazmat.primitives.serialization import load_der_public_key
        except ModuleNotFoundError as error:
            raise missing("cryptography", error) from None

        return load_der_public_key(self.to_der())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self._native == other._native

    def __reduce__(self) -> tuple[Callable[[bytes], PublicKey], tuple[bytes]]:
        return PublicKey.from_der, (self.to_der(),)

    def __hash__(self) -> int:
        return hash(self.to_der())

    def __repr__(self) -> str:
        return f"<parsec_client.PublicKey {self.description}>"


def public_key_of(material: object, argument: str) -> PublicKey:
    """Returns a public key, given as an object, as one of pyca/cryptography, as PEM or as DER."""
    known = _public_key(material)
    if known is not None:
        return known
    if isinstance(material, str):
        return PublicKey.from_pem(material)
    if hasattr(material, "private_bytes"):
        raise TypeError(
            f"argument '{argument}': a public key is needed, not a private one: "
            "give the result of its method public_key()"
        )
    der_or_pem = bytes(data(material, argument))
    if der_or_pem.startswith(b"-----"):
        return PublicKey.from_pem(der_or_pem)
    return PublicKey.from_der(der_or_pem)


def public_bytes(key: object, argument: str) -> Bytes:
    """Returns the public key of a peer in the format of the PSA Crypto API."""
    known = _public_key(key)
    peer: Bytes = data(key, argument) if known is None else known.raw
    return peer


def _public_key(key: Any) -> Optional[PublicKey]:
    """Returns the key if it is an object of this package or of pyca/cryptography."""
    if isinstance(key, PublicKey):
        return key
    if hasattr(key, "public_bytes"):
        from cryptography.hazmat.primitives import serialization as formats

        spki = formats.PublicFormat.SubjectPublicKeyInfo
        return PublicKey.from_der(key.public_bytes(formats.Encoding.DER, spki))
    return None
