# Made of parsec/aio/_opening.py by tools/unasync.py; do not edit.
"""Keys that are there, by their names."""

from __future__ import annotations

from typing import Any, Optional, TypeVar

from .._checks import check_name
from .._log import timed
from ._connection import Connected
from ._keys import (
    AgreementKey,
    DecryptionKey,
    DerivationKey,
    Key,
    MacKey,
    SigningKey,
    SymmetricKey,
    VerifyingKey,
    WrappingKey,
    handle_of,
)

K = TypeVar("K", bound=Key)


class Opens(Connected):
    """The part of the client that opens keys."""

    def open(self, name: str, *, timeout: Optional[float] = None) -> Any:
        """Open a key by its name: the handle that fits what it is for.

        >>> with parsec.Client() as client:
        ...     try:
        ...         client.open("missing")
        ...     except parsec.KeyNotFound as error:
        ...         print(error.kind, error.key_name)
        key-not-found missing

        Args:
            name: Its name.
            timeout: Seconds to wait for each answer, here and in the handle's own calls.

        Raises:
            KeyNotFound: If there is none, or if it is another application's.

        """
        with timed("open", check_name(name)):
            return handle_of((self._at(timeout)).open(name))

    def _open_as(self, name: str, kind: type[K], timeout: Optional[float]) -> K:
        key = self.open(name, timeout=timeout)
        if isinstance(key, kind):
            return key
        raise TypeError(f"the key {name!r} is a {key.role} key, not a {kind.__name__}")

    def open_signing_key(self, name: str, *, timeout: Optional[float] = None) -> SigningKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`SigningKey`."""
        return self._open_as(name, SigningKey, timeout)

    def open_symmetric_key(self, name: str, *, timeout: Optional[float] = None) -> SymmetricKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`SymmetricKey`."""
        return self._open_as(name, SymmetricKey, timeout)

    def open_mac_key(self, name: str, *, timeout: Optional[float] = None) -> MacKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`MacKey`."""
        return self._open_as(name, MacKey, timeout)

    def open_decryption_key(self, name: str, *, timeout: Optional[float] = None) -> DecryptionKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`DecryptionKey`."""
        return self._open_as(name, DecryptionKey, timeout)

    def open_derivation_key(self, name: str, *, timeout: Optional[float] = None) -> DerivationKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`DerivationKey`."""
        return self._open_as(name, DerivationKey, timeout)

    def open_agreement_key(self, name: str, *, timeout: Optional[float] = None) -> AgreementKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`AgreementKey`."""
        return self._open_as(name, AgreementKey, timeout)

    def open_wrapping_key(self, name: str, *, timeout: Optional[float] = None) -> WrappingKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`WrappingKey`."""
        return self._open_as(name, WrappingKey, timeout)

    def open_verifying_key(self, name: str, *, timeout: Optional[float] = None) -> VerifyingKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`VerifyingKey`."""
        return self._open_as(name, VerifyingKey, timeout)


__all__ = ["Opens"]
