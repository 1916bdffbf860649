"""Specs of new keys; the class of a spec determines the handle of the key."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, Optional, Union

from ._checks import one_of
from ._enums import Hash, KeyUse, Padding, Provider
from ._generated.sizes import PAIRS, SIZES

if TYPE_CHECKING:
    # Type checkers know this module without the package; typing has the class since Python 3.13.
    from typing_extensions import TypeVar

    from ._sync._key import Key
    from .aio._key import Key as AsyncKey

    #: The handle that the blocking client returns.
    H_co = TypeVar("H_co", covariant=True, bound=Key, default=Key)
    #: The handle that the client for asyncio returns.
    A_co = TypeVar("A_co", covariant=True, bound=AsyncKey, default=AsyncKey)
else:
    from typing import TypeVar

    H_co = TypeVar("H_co", covariant=True)
    A_co = TypeVar("A_co", covariant=True)

S = TypeVar("S", bound="KeySpec[Any, Any]")


@dataclasses.dataclass(frozen=True)
class KeySpec(Generic[H_co, A_co]):
    """The kind and the options of a new key: a constant such as ``parsec.ECDSA_P256``.

    >>> spec = parsec.ECDSA_P256.with_options(hash=parsec.Hash.SHA_384, exportable=True)
    >>> spec.name, spec.exportable
    ('ecdsa-p256', True)
    """

    #: The name of the kind, the same as on the command line.
    name: str
    #: The hash function, if it is not the default of the kind.
    hash: Optional[Hash] = None
    #: The padding of RSA signatures, if it is not PSS.
    padding: Optional[Padding] = None
    #: Whether the private key may be exported.
    exportable: bool = False
    #: Whether the service may copy the key under another name.
    copyable: bool = False
    #: The provider that makes the key, instead of the first that supports the kind.
    provider: Optional[Provider] = None
    #: Uses that the provider of the key must support.
    uses: tuple[KeyUse, ...] = ()
    #: Exact attributes as the contracts define them, instead of those of the kind.
    attributes: Optional[dict[str, Any]] = dataclasses.field(default=None, hash=False)

    def with_options(
        self: S,
        *,
        hash: Union[Hash, str, None] = None,
        padding: Union[Padding, str, None] = None,
        bits: Optional[int] = None,
        exportable: Optional[bool] = None,
        copyable: Optional[bool] = None,
        provider: Union[Provider, int, None] = None,
        uses: Optional[Iterable[Union[KeyUse, str]]] = None,
    ) -> S:
        """Returns the same spec with other options.

        >>> parsec.RSA.with_options(bits=2048, padding="pkcs1").name
        'rsa-2048'

        Raises:
            ValueError: An option has an unknown value; the message names the option.

        """
        changes: dict[str, Any] = {}
        if hash is not None:
            changes["hash"] = one_of(Hash, "hash", hash)
        if padding is not None:
            if not self.name.startswith("rsa") or self.name.startswith("rsa-oaep"):
                raise ValueError(f"padding: keys of kind {self.name} do not sign with RSA")
            changes["padding"] = one_of(Padding, "padding", padding)
        if bits is not None:
            changes["name"] = self._sized(bits)
        if exportable is not None:
            changes["exportable"] = exportable
        if copyable is not None:
            changes["copyable"] = copyable
        if provider is not None:
            changes["provider"] = one_of(Provider, "provider", provider)
        if uses is not None:
            if isinstance(uses, str):
                raise TypeError(f"argument 'uses': a list is needed, such as [{uses!r}]")
            changes["uses"] = tuple(one_of(KeyUse, "uses", use) for use in uses)
        return dataclasses.replace(self, **changes)

    def _sized(self, bits: int) -> str:
        base = next((kind for kind in SIZES if self.name in (kind, *_sized_names(kind))), None)
        if base is None:
            raise ValueError(f"bits: keys of kind {self.name} have one size")
        if bits not in SIZES[base]:
            raise ValueError(f"bits: keys of kind {base} have one of {SIZES[base]}, not {bits!r}")
        return f"{base}-{bits}"

    # The binding reads these.

    @property
    def hash_name(self) -> Optional[str]:
        """The name of the hash function in the contracts."""
        return None if self.hash is None else self.hash.value

    @property
    def pkcs1(self) -> bool:
        """Whether signatures have the padding of PKCS #1 v1.5."""
        return self.padding is Padding.PKCS1

    @property
    def provider_number(self) -> Optional[int]:
        """The number of the provider on the wire."""
        return None if self.provider is None else int(self.provider)

    @property
    def use_names(self) -> list[str]:
        """The names of its uses."""
        return [use.value for use in self.uses]

    @staticmethod
    def from_attributes(attributes: dict[str, Any]) -> KeySpec:
        """Returns a spec with exactly these attributes, such as those of ``key.attributes``."""
        return KeySpec("attributes", attributes=attributes)


def _sized_names(kind: str) -> list[str]:
    return [f"{kind}-{bits}" for bits in SIZES.get(kind, ())]


def makes_pairs(spec: KeySpec[Any, Any]) -> bool:
    """Whether its keys are pairs, which are imported from PEM or DER."""
    if spec.attributes is None:
        return any(spec.name in (kind, *_sized_names(kind)) for kind in PAIRS)
    kind = spec.attributes.get("key_type")
    return kind == "rsa-key-pair" or (isinstance(kind, dict) and "ecc-key-pair" in kind)


def check_spec(spec: object) -> None:
    """Raises ``TypeError`` unless the value is a spec."""
    if not isinstance(spec, KeySpec):
        raise TypeError(
            "argument 'spec': a spec such as parsec.ECDSA_P256 is needed, "
            f"not {type(spec).__name__}"
        )
