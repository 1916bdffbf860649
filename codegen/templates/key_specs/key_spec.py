# {{ banner }}
"""The class of specs of new keys."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, Optional, Union
{% if !checks.is_empty() %}
from .._checks import {{ checks|join(", ") }}
{%- endif %}
{%- if !imports.is_empty() %}
from .._enums import {{ imports|join(", ") }}
{%- endif %}
from .._kinds import check_option, sized

if TYPE_CHECKING:
    # Type checkers know this module without the package; typing has the class since Python 3.13.
    from typing_extensions import TypeVar

    from .._sync._key import Key
    from ..aio._key import Key as AsyncKey

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

    #: The name of the kind, also on the command line.
    name: str
{%- for option in options %}
{%- for line in option.doc %}
    #: {{ line }}
{%- endfor %}
    {{ option.name }}: {{ option.field }}
{%- endfor %}
    #: Exact attributes as the contracts define them, instead of those of the kind.
    attributes: Optional[dict[str, Any]] = dataclasses.field(default=None, hash=False)

    def with_options(
        self: S,
        *,
        bits: Optional[int] = None,
{%- for option in options %}
        {{ option.name }}: {{ option.parameter }},
{%- endfor %}
    ) -> S:
        """Returns the same spec with other options.

        >>> parsec.RSA.with_options(bits=2048, padding="pkcs1").name
        'rsa-2048'

        Raises:
            ValueError: An option has an unknown value; the message names the option.

        """
        changes: dict[str, Any] = {}
        if bits is not None:
            changes["name"] = sized(self.name, bits)
{%- for option in options %}
        if {{ option.name }} is not None:
{%- if let Some(check) = option.check %}
            {{ check }}
{%- endif %}
            changes["{{ option.name }}"] = {{ option.value }}
{%- endfor %}
        return dataclasses.replace(self, **changes)

    @staticmethod
    def from_attributes(attributes: dict[str, Any]) -> KeySpec:
        """Returns a spec with exactly these attributes, such as those of ``key.attributes``."""
        return KeySpec("attributes", attributes=attributes)
