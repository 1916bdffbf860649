# Made of parsec/aio/_making.py by tools/unasync.py; do not edit.
"""Keys that come into being: made, or brought in."""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Optional, TypeVar, Union, cast, overload

from .._checks import check_name
from .._generated.errors import KeyNotFound
from .._generated.kinds import ECDSA_P256
from .._log import timed
from .._public_key import PublicKey
from .._specs import KeySpec, check_spec, makes_pairs
from ._connection import Connected
from ._keys import Key, SigningKey, VerifyingKey, handle_of

K = TypeVar("K", bound=Key)


class Makes(Connected):
    """The part of the client that makes keys. The spec says which handle they have."""

    @overload
    def generate(self, name: str, *, timeout: Optional[float] = ...) -> SigningKey: ...

    @overload
    def generate(
        self, name: str, spec: KeySpec[K, Any], *, timeout: Optional[float] = ...
    ) -> K: ...

    def generate(
        self, name: str, spec: KeySpec[Any, Any] = ECDSA_P256, *, timeout: Optional[float] = None
    ) -> Any:
        """Make a key: one that signs with ECDSA P-256, unless ``spec`` says otherwise.

        It is made by the first provider that can, hardware before software.

        Args:
            name: Its name.
            spec: What it shall be.
            timeout: Seconds to wait for each answer, here and in the handle's own calls.

        Raises:
            KeyExists: If the name is taken.
            NotSupported: If no provider makes such keys.

        """
        check_spec(spec)
        with timed("generate", check_name(name)):
            return handle_of((self._at(timeout)).generate(name, spec))

    @overload
    def get_or_generate(self, name: str, *, timeout: Optional[float] = ...) -> SigningKey: ...

    @overload
    def get_or_generate(
        self, name: str, spec: KeySpec[K, Any], *, timeout: Optional[float] = ...
    ) -> K: ...

    def get_or_generate(
        self, name: str, spec: KeySpec[Any, Any] = ECDSA_P256, *, timeout: Optional[float] = None
    ) -> Any:
        """Open a key, or make it where it is missing; the arguments are those of `generate`.

        Raises:
            KeyExists: If there is a key of that name which is not as ``spec`` says.

        """
        check_spec(spec)
        with timed("get_or_generate", check_name(name)):
            return handle_of((self._at(timeout)).get_or_generate(name, spec))

    @overload
    def temporary(
        self, *, name: Optional[str] = ..., lifetime: float = ..., timeout: Optional[float] = ...
    ) -> AbstractContextManager[SigningKey]: ...

    @overload
    def temporary(
        self,
        spec: KeySpec[K, Any],
        *,
        name: Optional[str] = ...,
        lifetime: float = ...,
        timeout: Optional[float] = ...,
    ) -> AbstractContextManager[K]: ...

    @contextmanager
    def temporary(
        self,
        spec: KeySpec[Any, Any] = ECDSA_P256,
        *,
        name: Optional[str] = None,
        lifetime: float = 3600,
        timeout: Optional[float] = None,
    ) -> Generator[Any, None, None]:
        """Make a key for a scope, which deletes it at its end, unless that was done before.

        It is never stored, and vanishes by itself after ``lifetime`` seconds.
        """
        check_spec(spec)
        name = f"temporary-{secrets.token_hex(8)}" if name is None else check_name(name)
        native = self._at(timeout)
        expires = int(time.time() + lifetime) + 1
        with timed("generate_volatile", name):
            key = handle_of(native.generate_volatile(name, spec, expires))
        try:
            yield key
        finally:
            with suppress(KeyNotFound):
                key.delete()

    def import_key(
        self, name: str, spec: KeySpec[K, Any], material: Any, *, timeout: Optional[float] = None
    ) -> K:
        """Bring in a key that was made elsewhere.

        Args:
            name: Its name here.
            spec: What it is.
            material: For a pair its PEM (str or bytes) or DER, or an object of pyca/cryptography;
                for a secret key its bytes.
            timeout: Seconds to wait for each answer, here and in the handle's own calls.

        Raises:
            InvalidArgument: If it is not what ``spec`` says.

        """
        check_spec(spec)
        check_name(name)
        data = _material(material)
        native = self._at(timeout)
        made: Any
        with timed("import_key", name):
            if makes_pairs(spec):
                made = handle_of(native.import_key_pair(name, spec, data))
            else:
                made = handle_of(native.import_bytes(name, spec, data))
        return cast(K, made)

    def import_public(
        self,
        name: str,
        material: Union[PublicKey, str, bytes],
        spec: KeySpec[Any, Any] = ECDSA_P256,
        *,
        timeout: Optional[float] = None,
    ) -> VerifyingKey:
        """Bring in somebody's public key, to verify with; ``spec`` says which signatures.

        Args:
            name: Its name here.
            material: A :class:`PublicKey`, PEM or DER.
            spec: Which signatures it verifies.
            timeout: Seconds to wait for each answer, here and in the handle's own calls.

        Raises:
            InvalidArgument: If it is no public key, or one that ``spec`` does not fit.

        """
        check_spec(spec)
        check_name(name)
        if isinstance(material, PublicKey):
            public = material
        elif isinstance(material, str) or bytes(material[:5]) == b"-----":
            public = PublicKey.from_pem(material)
        else:
            public = PublicKey.from_der(material)
        native = self._at(timeout)
        with timed("import_public", name):
            return VerifyingKey(native.import_public(name, spec, public._native))


def _material(material: Any) -> Any:
    if isinstance(material, str):
        return material.encode()
    if hasattr(material, "private_bytes"):
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        return material.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return material


__all__ = ["Makes"]
