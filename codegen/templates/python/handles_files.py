{% let c = self.0 -%}
# {{ c.banner("files") }}
"""Handles of keys: files, public keys and the objects of pyca/cryptography."""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING, Any, Optional, cast

from .. import _native
from .._bytes import Bytes
from .._checks import data, number
from .._enums import Hash
from .._generated.errors import NotSupported
from .._log import timed
from .._progress import Progress
from .._public_key import PublicKey
from . import _io
from ._io import ProgressLike, Source
from ._key import Key

if TYPE_CHECKING:
    from ..cryptography import AgreementPrivateKey, PrivateKey


class PublicKeyBase(Key):
    """A key that has a public key."""

    __slots__ = ()

    @property
    def public_key(self) -> PublicKey:
        """The public key."""
        native = self._native.public_key
        if native is None:
            raise NotSupported(f"the client knows no form of the public key of {self.name!r}")
        return PublicKey(native)


class VerifyingBase(PublicKeyBase):
    """Verifies signatures of files."""

    __slots__ = ()

    @property
    def hash(self) -> Optional[Hash]:
        """The hash function of the policy, if it names one."""
        return _find_hash(self._native.attributes)

    {{ c.a }}def verify_file(
        self,
        signature: Bytes,
        source: Source,
        *,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> None:
        """Verifies the signature of a binary file or of pieces, whose hash the client calculates.

        Args:
            signature: The signature.
            source: A binary file or an iterable of pieces.
            progress: A function that receives the number of bytes done, or True for a line on a
                terminal.
            timeout: Seconds to wait for each response, instead of the client's.

        Raises:
            InvalidSignature: The signature is not valid for the data and this key.

        """
        with timed("verify_file", self.name):
            digest = {{ c.w }}self._digest(source, progress)
            native = _native.{{ c.native }}VerifyingKey(self._at(timeout))
            {{ c.w }}native.verify_hash(signature, digest)

    {{ c.a }}def _digest(self, source: Source, progress: ProgressLike) -> bytes:
        hash = self.hash
        if hash is None:
            raise NotSupported(f"the key {self.name!r} signs whole messages, not hashes of files")
        hasher = hashlib.new(hash.hashlib_name)
        return {{ c.w }}_io.digest(hasher, source, Progress(progress, self.name))


class SigningBase(VerifyingBase):
    """Signs files."""

    __slots__ = ()

    {{ c.a }}def sign_file(
        self, source: Source, *, progress: ProgressLike = None, timeout: Optional[float] = None
    ) -> bytes:
        """Signs a binary file or pieces, whose hash the client calculates.

        >>> {{ c.a }}with {{ c.package }}.Client() as client, client.temporary() as key:
        ...     signature = {{ c.w }}key.sign_file(io.BytesIO(b"long" * 1000))
        ...     {{ c.w }}key.verify_file(signature, [b"long"] * 1000)
        """
        with timed("sign_file", self.name):
            digest = {{ c.w }}self._digest(source, progress)
            native = _native.{{ c.native }}SigningKey(self._at(timeout))
            return {{ c.w }}native.sign_hash(digest)

    def as_cryptography(self) -> PrivateKey:
        """Returns a private key of pyca/cryptography that signs in the service.

        The object blocks, so code for asyncio gives it to a thread.
        """
        from ..cryptography import adapt

        return cast("PrivateKey", adapt(self))


class SymmetricBase(Key):
    """Encrypts and decrypts files."""

    __slots__ = ()

    {{ c.a }}def encrypt_file(
        self,
        source: Source,
        target: IO[bytes],
        *,
        associated_data: Bytes = b"",
        length: Optional[int] = None,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Encrypts a binary file or pieces into a file.

        Args:
            source: A binary file or an iterable of pieces.
            target: A binary file.
            associated_data: Data that is authenticated but not encrypted.
            length: The length of the whole plaintext in bytes, which only CCM needs.
            progress: A function that receives the number of bytes done, or True for a line on a
                terminal.
            timeout: Seconds to wait for each response: there is one for each piece.

        Returns:
            The number of bytes written.

        """
        with timed("encrypt_file", self.name):
            native = _native.{{ c.native }}SymmetricKey(self._at(timeout))
            shown = Progress(progress, self.name)
            _io.writable(target)
            context = data(associated_data, "associated_data")
            stream = {{ c.w }}native.encrypt_stream(context, _size(length))
            return {{ c.w }}_io.through(stream, source, target, shown)

    {{ c.a }}def decrypt_file(
        self,
        source: Source,
        target: IO[bytes],
        *,
        associated_data: Bytes = b"",
        length: Optional[int] = None,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Decrypts the result of :meth:`encrypt_file` or :meth:`encrypt` into a file.

        Nothing is written to ``target`` before all data is authenticated. Until then the plaintext
        is kept in an unnamed temporary file, up to 8 MiB of it in memory. The arguments are those
        of :meth:`encrypt_file`.

        Returns:
            The number of bytes written.

        Raises:
            DecryptionFailed: The data was changed; nothing was written to ``target``.

        """
        with timed("decrypt_file", self.name):
            native = _native.{{ c.native }}SymmetricKey(self._at(timeout))
            shown = Progress(progress, self.name)
            _io.writable(target)
            context = data(associated_data, "associated_data")
            stream = {{ c.w }}native.decrypt_stream(context, _size(length))
            return {{ c.w }}_io.genuine(stream, source, target, shown)


class MacBase(Key):
    """Computes and verifies the codes of files."""

    __slots__ = ()

    {{ c.a }}def compute_file(
        self, source: Source, *, progress: ProgressLike = None, timeout: Optional[float] = None
    ) -> bytes:
        """Computes the code of a binary file or of pieces; ``timeout`` applies to each piece."""
        with timed("compute_file", self.name):
            native = _native.{{ c.native }}MacKey(self._at(timeout))
            stream = {{ c.w }}native.compute_stream()
            return {{ c.w }}_io.result(stream, source, Progress(progress, self.name))

    {{ c.a }}def verify_file(
        self,
        code: Bytes,
        source: Source,
        *,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> None:
        """Verifies the code of a binary file or of pieces.

        Raises:
            InvalidSignature: The code is not that of the data under this key.

        """
        with timed("verify_file", self.name):
            native = _native.{{ c.native }}MacKey(self._at(timeout))
            stream = {{ c.w }}native.verify_stream(code)
            {{ c.w }}_io.result(stream, source, Progress(progress, self.name))


class DecryptionBase(PublicKeyBase):
    """Becomes an object of pyca/cryptography."""

    __slots__ = ()

    def as_cryptography(self) -> PrivateKey:
        """Returns an ``RSAPrivateKey`` of pyca/cryptography that decrypts in the service."""
        from ..cryptography import adapt

        return cast("PrivateKey", adapt(self))


class AgreementBase(PublicKeyBase):
    """Becomes an object of pyca/cryptography."""

    __slots__ = ()

    def as_cryptography(self) -> AgreementPrivateKey:
        """Returns a private key of pyca/cryptography whose ``exchange`` runs in the service.

        The object blocks, so code for asyncio gives it to a thread.

        Raises:
            NotSupported: That package has no such keys.

        """
        from ..cryptography import adapt

        return cast("AgreementPrivateKey", adapt(self))


def _size(length: Optional[int]) -> Optional[int]:
    """Checks a length in bytes."""
    return None if length is None else number(length, "length", 64)


def _find_hash(attributes: Any) -> Optional[Hash]:
    """The only hash function that a policy names."""
    names = {member.value: member for member in Hash}

    def look(value: Any) -> Optional[Hash]:
        if isinstance(value, str):
            return names.get(value)
        if isinstance(value, dict):
            found = (look(inner) for inner in cast("dict[str, Any]", value).values())
            return next((hash for hash in found if hash is not None), None)
        return None

    return look(attributes["key_policy"]["key_algorithm"])


__all__ = [
    "AgreementBase",
    "DecryptionBase",
    "MacBase",
    "SigningBase",
    "SymmetricBase",
    "VerifyingBase",
]
