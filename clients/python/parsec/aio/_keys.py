"""Handles of keys, by what they are for."""

from __future__ import annotations

from ._key import Key, handle_of
from ._sealing import DecryptionKey, MacKey, SymmetricKey
from ._secrets import AgreementKey, DerivationKey, WrappingKey
from ._signing import SigningKey, VerifyingKey

__all__ = [
    "AgreementKey",
    "DecryptionKey",
    "DerivationKey",
    "Key",
    "MacKey",
    "SigningKey",
    "SymmetricKey",
    "VerifyingKey",
    "WrappingKey",
    "handle_of",
]
