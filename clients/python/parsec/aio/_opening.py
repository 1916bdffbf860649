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

    async def open(self, name: str, *, timeout: Optional[float] = None) -> Any:
        """Open a key by its name: the handle that fits what it is for.

        >>> async with parsec.aio.Client() as client:
        ...     try:
        ...         await client.open("missing")
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
            return handle_of(await (await self._at(timeout)).open(name))

    async def _open_as(self, name: str, kind: type[K], timeout: Optional[float]) -> K:
        key = await self.open(name, timeout=timeout)
        if isinstance(key, kind):
            return key
        raise TypeError(f"the key {name!r} is a {key.role} key, not a {kind.__name__}")

    async def open_signing_key(self, name: str, *, timeout: Optional[float] = None) -> SigningKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`SigningKey`."""
        return await self._open_as(name, SigningKey, timeout)

    async def open_symmetric_key(
        self, name: str, *, timeout: Optional[float] = None
    ) -> SymmetricKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`SymmetricKey`."""
        return await self._open_as(name, SymmetricKey, timeout)

    async def open_mac_key(self, name: str, *, timeout: Optional[float] = None) -> MacKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`MacKey`."""
        return await self._open_as(name, MacKey, timeout)

    async def open_decryption_key(
        self, name: str, *, timeout: Optional[float] = None
    ) -> DecryptionKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`DecryptionKey`."""
        return await self._open_as(name, DecryptionKey, timeout)

    async def open_derivation_key(
        self, name: str, *, timeout: Optional[float] = None
    ) -> DerivationKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`DerivationKey`."""
        return await self._open_as(name, DerivationKey, timeout)

    async def open_agreement_key(
        self, name: str, *, timeout: Optional[float] = None
    ) -> AgreementKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`AgreementKey`."""
        return await self._open_as(name, AgreementKey, timeout)

    async def open_wrapping_key(self, name: str, *, timeout: Optional[float] = None) -> WrappingKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`WrappingKey`."""
        return await self._open_as(name, WrappingKey, timeout)

    async def open_verifying_key(
        self, name: str, *, timeout: Optional[float] = None
    ) -> VerifyingKey:
        """As :meth:`open`; ``TypeError`` unless it is a :class:`VerifyingKey`."""
        return await self._open_as(name, VerifyingKey, timeout)


__all__ = ["Opens"]
