"""Specs of new keys; the class of a spec determines the handle of the key."""

from __future__ import annotations

from typing import Any

from ._generated.key_spec import KeySpec
from ._kinds import is_pair

__all__ = ["KeySpec", "check_spec", "makes_pairs"]


def makes_pairs(spec: KeySpec[Any, Any]) -> bool:
    """Whether its keys are pairs, which are imported from PEM or DER."""
    if spec.attributes is None:
        return is_pair(spec.name)
    kind = spec.attributes.get("key_type")
    return kind == "rsa-key-pair" or (isinstance(kind, dict) and "ecc-key-pair" in kind)


def check_spec(spec: object) -> None:
    """Raises ``TypeError`` unless the value is a spec."""
    if not isinstance(spec, KeySpec):
        raise TypeError(
            "argument 'spec': a spec such as parsec.ECDSA_P256 is needed, "
            f"not {type(spec).__name__}"
        )
