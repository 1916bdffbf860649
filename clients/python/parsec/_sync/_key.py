# Made of parsec/aio/_key.py by tools/unasync.py; do not edit.
"""A key of any kind: the part that all handles have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, TypeVar, cast

from .. import _native
from .._checks import check_name
from .._enums import Provider
from .._generated.errors import NotSupported
from .._log import timed
from .._public_key import PublicKey

if TYPE_CHECKING:
    from .._generated import types

K = TypeVar("K", bound="Key")

#: The handles, by the role that a key has; each class enters itself.
_ROLES: dict[str, type[Key]] = {}


class Key:
    """A key of any kind: a name, not a resource. Collecting it deletes nothing.

    >>> with parsec.Client() as client:
    ...     key = client.generate("any-key")
    ...     print(key.name, key.description, key.role)
    ...     key.delete()
    any-key P-256 signing
    """

    __slots__ = ("_native",)

    def __init_subclass__(cls, role: Optional[str] = None) -> None:
        super().__init_subclass__()
        if role is not None:
            _ROLES[role] = cls

    def __init__(self, native: _native.Key) -> None:
        self._native = native

    @property
    def name(self) -> str:
        """The key's name."""
        return self._native.name

    @property
    def role(self) -> str:
        """What it is for, as a word: ``signing``, ``symmetric`` and so on."""
        return self._native.role

    @property
    def provider(self) -> Provider:
        """Where it lives."""
        return Provider(self._native.provider)

    @property
    def attributes(self) -> types.KeyAttributes:
        """Type, size and policy, as the contracts have them."""
        return cast("types.KeyAttributes", self._native.attributes)

    @property
    def description(self) -> str:
        """What it is, for a person: ``P-256``, ``RSA 2048``."""
        return self._native.description

    def with_options(self: K, *, timeout: float) -> K:
        """The same key, waiting at most ``timeout`` seconds for each answer."""
        return type(self)(self._native.with_timeout(timeout))

    def _at(self, timeout: Optional[float]) -> _native.Key:
        return self._native if timeout is None else self._native.with_timeout(timeout)

    def delete(self, *, timeout: Optional[float] = None) -> None:
        """Delete the key, for good.

        Raises:
            KeyNotFound: If it is already gone.

        """
        with timed("delete", self.name):
            self._at(timeout).delete()

    def copy(self: K, name: str, *, timeout: Optional[float] = None) -> K:
        """Make a second key of the same material; the first has to be copyable.

        Raises:
            NotPermitted: If it is not.

        """
        with timed("copy", self.name):
            return type(self)(self._at(timeout).copy(check_name(name)))

    def rename(self: K, name: str, *, timeout: Optional[float] = None) -> K:
        """Give the key another name; this handle is then of no use.

        Raises:
            KeyExists: If the name is taken.

        """
        with timed("rename", self.name):
            return type(self)(self._at(timeout).rename(check_name(name)))

    def export_private(self, *, timeout: Optional[float] = None) -> bytes:
        """Give the key itself, as the PSA Crypto API has it: for a pair the private part.

        Raises:
            NotPermitted: Unless it was made exportable.

        """
        with timed("export_private", self.name):
            return self._at(timeout).export_private()

    def __repr__(self) -> str:
        where = self.provider.name.lower()
        return f"<parsec.{type(self).__name__} {self.name!r} {self.description} in {where}>"


def handle_of(native: _native.Key) -> Key:
    """The handle that fits what the key is for."""
    return _ROLES.get(native.role, Key)(native)


class WithPublicKey(Key):
    __slots__ = ()

    @property
    def public_key(self) -> PublicKey:
        """The public key."""
        native = self._native.public_key
        if native is None:
            raise NotSupported(f"the key {self.name!r} has no public key in a form of this client")
        return PublicKey(native)


__all__ = ["Key", "WithPublicKey", "handle_of"]
