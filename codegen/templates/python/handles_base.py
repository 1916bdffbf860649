{% let c = self.0 -%}
# {{ c.banner("base") }}
"""The part of all handles of keys that the contracts do not describe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Optional, TypeVar, cast

from .. import _native
from .._checks import seconds
from .._enums import Provider

if TYPE_CHECKING:
    from .._generated import types

B = TypeVar("B", bound="KeyBase")

#: The handles by the roles of keys; each class adds itself.
_ROLES: dict[str, type[KeyBase]] = {}


class KeyBase:
    """Name, place and attributes of a key."""

    __slots__ = ("_native",)

    def __init_subclass__(cls, role: Optional[str] = None) -> None:
        super().__init_subclass__()
        if role is not None:
            _ROLES[role] = cls

    def __init__(self, native: _native.{{ c.native }}Key) -> None:
        self._native = native

    @property
    def name(self) -> str:
        """The name of the key."""
        return self._native.name

    @property
    def role(self) -> str:
        """The role of the key: ``signing``, ``symmetric`` and so on."""
        return self._native.role

    @property
    def provider(self) -> Provider:
        """The provider that has the key."""
        return Provider(self._native.provider)

    @property
    def attributes(self) -> types.KeyAttributes:
        """The type, the size and the policy of the key, as the contracts define them."""
        return cast("types.KeyAttributes", self._native.attributes)

    @property
    def description(self) -> str:
        """A description for people: ``P-256``, ``RSA 2048``."""
        return self._native.description

    def with_options(self: B, *, timeout: float) -> B:
        """Returns the same key with another timeout for each response, in seconds."""
        return type(self)(self._at(timeout))

    def _at(self, timeout: Optional[float]) -> _native.{{ c.native }}Key:
        if timeout is None:
            return self._native
        return self._native.with_timeout(seconds(timeout, "timeout"))

    def __copy__(self: B) -> B:
        return self

    def __deepcopy__(self: B, memo: object) -> B:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"the handle of the key {self.name!r} cannot be pickled, because it uses a connection "
            "of this process: give its name to the other process, which opens the key"
        )

    def __repr__(self) -> str:
        where = self.provider.name.lower()
        kind = f"{type(self).__module__}.{type(self).__name__}"
        return f"<{kind} {self.name!r} {self.description} in {where}>"


def handle_of(native: _native.{{ c.native }}Key) -> Any:
    """Returns the handle that fits the role of a key."""
    return (_ROLES.get(native.role) or _ROLES["other"])(native)


def expect_role(key: KeyBase, kind: type[B]) -> B:
    """Returns the handle, if it is of that class."""
    if isinstance(key, kind):
        return key
    raise TypeError(f"the key {key.name!r} is a {key.role} key, not a {kind.__name__}")


__all__ = ["KeyBase", "expect_role", "handle_of"]
