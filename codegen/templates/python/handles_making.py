{% let c = self.0 -%}
# {{ c.banner("making") }}
"""Methods of the client by hand: keys for a scope, imports of key pairs, hashes of files."""

from __future__ import annotations

import secrets
import time
from collections.abc import {% if !c.is_blocking() %}Async{% endif %}Generator
{%- if c.is_blocking() %}
from contextlib import AbstractContextManager, contextmanager, suppress
{%- else %}
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
{%- endif %}
from typing import Any, Optional, TypeVar, Union, cast, overload

from .._checks import check_name, data, hash_name, seconds, text
from .._enums import Hash
from .._generated.errors import KeyNotFound
from .._generated.kinds import ECDSA_P256
from .._log import timed
from .._progress import Progress
from .._specs import KeySpec, check_spec, makes_pairs
from . import _io
from ._base import handle_of
from ._connection import Connected
from ._io import ProgressLike, Source
from ._key import Key
from ._signing_key import SigningKey

K = TypeVar("K", bound=Key)


class ClientBase(Connected):
    """Makes keys for a scope, imports key pairs, and hashes files."""

    @overload
    def temporary(
        self, *, name: Optional[str] = ..., lifetime: float = ..., timeout: Optional[float] = ...
    ) -> Abstract{% if !c.is_blocking() %}Async{% endif %}ContextManager[SigningKey]: ...

    @overload
    def temporary(
        self,
        spec: KeySpec[{% if c.is_blocking() %}K, Any{% else %}Any, K{% endif %}],
        *,
        name: Optional[str] = ...,
        lifetime: float = ...,
        timeout: Optional[float] = ...,
    ) -> Abstract{% if !c.is_blocking() %}Async{% endif %}ContextManager[K]: ...

    @{% if !c.is_blocking() %}async{% endif %}contextmanager
    {{ c.a }}def temporary(
        self,
        spec: KeySpec[Any, Any] = ECDSA_P256,
        *,
        name: Optional[str] = None,
        lifetime: float = 3600,
        timeout: Optional[float] = None,
    ) -> {% if c.is_blocking() %}Generator[Any, None, None]{% else %}AsyncGenerator[Any, None]{% endif %}:
        """Generates a key for a scope, whose end deletes it.

        The key is never stored, and expires after ``lifetime`` seconds.

        Args:
            spec: The kind of the key.
            name: The name of the key. Without it: a random one.
            lifetime: Seconds until the key expires.
            timeout: Seconds to wait for each response, instead of the client's.

        """
        check_spec(spec)
        name = f"temporary-{secrets.token_hex(8)}" if name is None else check_name(name)
        native = {{ c.w }}self._at(timeout)
        expires = int(time.time() + seconds(lifetime, "lifetime")) + 1
        with timed("generate_volatile", name):
            made = {{ c.w }}native.generate_volatile(name, spec, {"expires-at": {"time": expires}})
        key = handle_of(made)
        try:
            yield key
        finally:
            with suppress(KeyNotFound):
                {{ c.w }}key.delete()

    {{ c.a }}def import_key(
        self,
        name: str,
        spec: KeySpec[{% if c.is_blocking() %}K, Any{% else %}Any, K{% endif %}],
        material: Any,
        *,
        passphrase: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> K:
        """Imports a key.

        Args:
            name: The name of the key.
            spec: The kind of the key.
            material: For a key pair PEM (str or bytes) or DER of PKCS #8, SEC 1 or PKCS #1, an
                OpenSSH key, a JSON Web Key, PKCS #12, or an object of pyca/cryptography; for a
                secret key its bytes.
            passphrase: The pass phrase of an encrypted key pair.
            timeout: Seconds to wait for each response, instead of the client's.

        Returns:
            The handle of the key.

        Raises:
            InvalidArgument: The material is not valid, or not of that kind, or the pass phrase is
                missing or wrong.
            KeyExists: The name is taken.
            NotSupported: No provider imports such keys.

        """
        check_spec(spec)
        check_name(name)
        is_pair = makes_pairs(spec)
        if passphrase is not None:
            text(passphrase, "passphrase")
            if not is_pair:
                raise TypeError("argument 'passphrase': only key pairs have a pass phrase")
        encoded = _material(material, is_pair)
        native = {{ c.w }}self._at(timeout)
        with timed("import_key", name):
            if is_pair:
                made = {{ c.w }}native.import_(name, spec, encoded, passphrase)
            else:
                made = {{ c.w }}native.import_bytes(name, spec, encoded)
        return cast("K", handle_of(made))

    {{ c.a }}def hash_file(
        self,
        source: Source,
        hash: Union[Hash, str] = Hash.SHA_256,
        *,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Calculates the hash of a binary file or of pieces in the service.

        Args:
            source: A binary file or an iterable of pieces.
            hash: The hash function.
            progress: A function that receives the number of bytes done, or True for a line on a
                terminal.
            timeout: Seconds to wait for each response: there is one for each piece.

        Returns:
            The hash.

        """
        with timed("hash_file"):
            native = {{ c.w }}self._at(timeout)
            stream = {{ c.w }}native.hash_stream(hash_name(hash, "hash"))
            return {{ c.w }}_io.result(stream, source, Progress(progress, "hash"))


def _material(material: Any, is_pair: bool) -> Any:
    if isinstance(material, str):
        if not is_pair:
            raise TypeError("argument 'material': a secret key is bytes, not str")
        return material.encode()
    if hasattr(material, "public_bytes"):
        raise TypeError(
            "argument 'material': a private key is needed: import_public imports public ones"
        )
    if hasattr(material, "private_bytes"):
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        return material.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return data(material, "material")


__all__ = ["ClientBase"]
