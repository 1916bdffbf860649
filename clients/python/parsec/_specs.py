"""What a new key shall be; the class of a spec says which handle the key has."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, Optional, Union

from ._enums import Hash, KeyUse, Padding, Provider
from ._generated.sizes import SIZES

if TYPE_CHECKING:
    # Type checkers have it without the package; in typing it came with Python 3.13.
    from typing_extensions import TypeVar

    from ._sync import _keys
    from .aio import _keys as _aio

    #: The handle that the blocking client gives.
    H_co = TypeVar("H_co", covariant=True, bound=_keys.Key, default=_keys.Key)
    #: The handle that the client for asyncio gives.
    A_co = TypeVar("A_co", covariant=True, bound=_aio.Key, default=_aio.Key)
else:
    from typing import TypeVar

    H_co = TypeVar("H_co", covariant=True)
    A_co = TypeVar("A_co", covariant=True)

S = TypeVar("S", bound="KeySpec[Any, Any]")


@dataclasses.dataclass(frozen=True)
class KeySpec(Generic[H_co, A_co]):
    """What a new key shall be: one of the module's constants, or made of one by its methods.

    >>> spec = parsec.ECDSA_P256.with_options(hash=parsec.Hash.SHA_384, exportable=True)
    >>> spec.name, spec.exportable
    ('ecdsa-p256', True)
    """

    #: The kind's name, as the command line has it too.
    name: str
    #: The hash function, where it shall not be the kind's own.
    hash: Optional[Hash] = None
    #: The padding of RSA signatures, where it shall not be PSS.
    padding: Optional[Padding] = None
    #: Whether the private key may be exported. Without it, it never leaves its provider.
    exportable: bool = False
    #: Whether the service may copy the key under another name.
    copyable: bool = False
    #: The one provider to make it, instead of the first that can.
    provider: Optional[Provider] = None
    #: What it will be used for, so that it is made by a provider that can do that.
    uses: tuple[KeyUse, ...] = ()
    #: Exact attributes as the contracts have them, instead of the kind's.
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
        """The same spec with something said otherwise.

        >>> parsec.RSA.with_options(bits=2048, padding="pkcs1").name
        'rsa-2048'

        Raises:
            ValueError: If an option is not one that there is; the message names it.

        """
        changes: dict[str, Any] = {}
        if hash is not None:
            changes["hash"] = _one_of(Hash, "hash", hash)
        if padding is not None:
            if not self.name.startswith("rsa") or self.name.startswith("rsa-oaep"):
                raise ValueError(f"padding: keys of kind {self.name} do not sign with RSA")
            changes["padding"] = _one_of(Padding, "padding", padding)
        if bits is not None:
            changes["name"] = self._sized(bits)
        if exportable is not None:
            changes["exportable"] = exportable
        if copyable is not None:
            changes["copyable"] = copyable
        if provider is not None:
            changes["provider"] = _one_of(Provider, "provider", provider)
        if uses is not None:
            if isinstance(uses, str):
                raise TypeError(f"uses: several are needed, as in [{uses!r}]")
            changes["uses"] = tuple(_one_of(KeyUse, "uses", use) for use in uses)
        return dataclasses.replace(self, **changes)

    def _sized(self, bits: int) -> str:
        base = next((kind for kind in SIZES if self.name in (kind, *_sized_names(kind))), None)
        if base is None:
            raise ValueError(f"bits: keys of kind {self.name} have one size")
        if bits not in SIZES[base]:
            raise ValueError(f"bits: keys of kind {base} have one of {SIZES[base]}, not {bits!r}")
        return f"{base}-{bits}"

    # What the binding reads.

    @property
    def hash_name(self) -> Optional[str]:
        """The hash function's name in the contracts."""
        return None if self.hash is None else self.hash.value

    @property
    def pkcs1(self) -> bool:
        """Whether signatures are padded as PKCS #1 v1.5 has it."""
        return self.padding is Padding.PKCS1

    @property
    def provider_number(self) -> Optional[int]:
        """The provider's number on the wire."""
        return None if self.provider is None else int(self.provider)

    @property
    def use_names(self) -> list[str]:
        """The names of its uses."""
        return [use.value for use in self.uses]

    @staticmethod
    def from_attributes(attributes: dict[str, Any]) -> KeySpec:
        """A key with exactly these attributes, as ``key.attributes`` shows them."""
        return KeySpec("attributes", attributes=attributes)


def _sized_names(kind: str) -> list[str]:
    return [f"{kind}-{bits}" for bits in SIZES[kind]]


def makes_pairs(spec: KeySpec[Any, Any]) -> bool:
    """Whether its keys are pairs, which come as PEM or DER, and not as bytes."""
    if spec.attributes is None:
        return isinstance(spec, (SigningSpec, DecryptionSpec, AgreementSpec))
    kind = spec.attributes.get("key_type")
    return kind == "rsa-key-pair" or (isinstance(kind, dict) and "ecc-key-pair" in kind)


def check_spec(spec: object) -> None:
    """Refuse what says nothing of a key."""
    if not isinstance(spec, KeySpec):
        raise TypeError(
            "argument 'spec': a spec such as parsec.ECDSA_P256 is needed, "
            f"not {type(spec).__name__}"
        )


def _one_of(kind: Any, argument: str, value: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(str(member.value) for member in kind)
        raise ValueError(f"{argument}: {value!r} is none of {known}") from None


class SigningSpec(KeySpec["_keys.SigningKey", "_aio.SigningKey"]):
    """A key pair that signs."""


class SymmetricSpec(KeySpec["_keys.SymmetricKey", "_aio.SymmetricKey"]):
    """A key that encrypts."""


class MacSpec(KeySpec["_keys.MacKey", "_aio.MacKey"]):
    """A key that makes authentication codes."""


class DecryptionSpec(KeySpec["_keys.DecryptionKey", "_aio.DecryptionKey"]):
    """A key pair to whose holder messages are encrypted."""


class DerivationSpec(KeySpec["_keys.DerivationKey", "_aio.DerivationKey"]):
    """A secret from which keys are derived."""


class AgreementSpec(KeySpec["_keys.AgreementKey", "_aio.AgreementKey"]):
    """A key pair that agrees on secrets."""


class WrappingSpec(KeySpec["_keys.WrappingKey", "_aio.WrappingKey"]):
    """A key that encrypts other keys."""
