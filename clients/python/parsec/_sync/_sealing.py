# Made of parsec/aio/_sealing.py by tools/unasync.py; do not edit.
"""Handles that protect data: encryption and authentication codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, cast

from .._bytes import Bytes
from .._log import timed
from .._progress import Progress
from . import _io
from ._io import ProgressLike, Source
from ._key import Key, WithPublicKey

if TYPE_CHECKING:
    from typing import IO

    from ..cryptography import PrivateKey


class SymmetricKey(Key, role="symmetric"):
    """A key that encrypts and protects data: AES-GCM and its kind.

    >>> with parsec.Client() as client:
    ...     with client.temporary(parsec.AES_256_GCM) as key:
    ...         sealed = key.encrypt(b"secret", associated_data=b"v1")
    ...         key.decrypt(sealed, associated_data=b"v1")
    b'secret'
    """

    __slots__ = ()

    def encrypt(
        self, plaintext: Bytes, *, associated_data: Bytes = b"", timeout: Optional[float] = None
    ) -> bytes:
        """Encrypt: a fresh nonce, the ciphertext and the tag, in one.

        Args:
            plaintext: What to encrypt.
            associated_data: Protected but not encrypted; needed again to decrypt.
            timeout: Seconds to wait, instead of the client's.

        """
        with timed("encrypt", self.name):
            return self._at(timeout).encrypt(plaintext, associated_data)

    def decrypt(
        self, ciphertext: Bytes, *, associated_data: Bytes = b"", timeout: Optional[float] = None
    ) -> bytes:
        """Decrypt what :meth:`encrypt` gave.

        Raises:
            InvalidSignature: If anything of it was changed.

        """
        with timed("decrypt", self.name):
            return self._at(timeout).decrypt(ciphertext, associated_data)

    def encrypt_file(
        self,
        source: Source,
        target: IO[bytes],
        *,
        associated_data: Bytes = b"",
        length: Optional[int] = None,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Encrypt a binary file or pieces of any length into a file; bytes written.

        Args:
            source: A binary file or an iterable of pieces.
            target: A binary file.
            associated_data: As for :meth:`encrypt`.
            length: Bytes that the source has, which CCM alone needs to know.
            progress: A function that is told the bytes done, or True for a line on a terminal.
            timeout: Seconds to wait for each answer: there is one for each piece.

        """
        with timed("encrypt_file", self.name):
            stream = self._at(timeout).encrypt_stream(associated_data, length)
            return _io.through(stream, source, target, Progress(progress, self.name))

    def decrypt_file(
        self,
        source: Source,
        target: IO[bytes],
        *,
        associated_data: Bytes = b"",
        length: Optional[int] = None,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Decrypt what :meth:`encrypt_file` or :meth:`encrypt` gave; bytes written.

        Nothing reaches ``target`` before all of it is known to be genuine: until then it waits
        in a temporary file without a name (in memory, up to 8 MiB). The arguments are those of
        :meth:`encrypt_file`.

        Raises:
            InvalidSignature: If anything was changed; ``target`` is then untouched.

        """
        with timed("decrypt_file", self.name):
            stream = self._at(timeout).decrypt_stream(associated_data, length)
            return _io.genuine(stream, source, target, Progress(progress, self.name))


class MacKey(Key, role="mac"):
    """A key that makes and checks authentication codes: HMAC or CMAC.

    >>> with parsec.Client() as client:
    ...     with client.temporary(parsec.HMAC_SHA256) as key:
    ...         code = key.compute(b"user=7")
    ...         key.verify(code, b"user=7")
    ...         len(code)
    32
    """

    __slots__ = ()

    def compute(self, data: Bytes, *, timeout: Optional[float] = None) -> bytes:
        """Give the code of the data."""
        with timed("compute", self.name):
            return self._at(timeout).compute_mac(data)

    def verify(self, code: Bytes, data: Bytes, *, timeout: Optional[float] = None) -> None:
        """Check a code.

        Raises:
            InvalidSignature: If it is wrong.

        """
        with timed("verify", self.name):
            self._at(timeout).verify_mac(code, data)

    def compute_file(
        self, source: Source, *, progress: ProgressLike = None, timeout: Optional[float] = None
    ) -> bytes:
        """Give the code of a binary file or of pieces; ``timeout`` is for each piece's answer."""
        with timed("compute_file", self.name):
            stream = self._at(timeout).mac_stream(None)
            return _io.result(stream, source, Progress(progress, self.name))

    def verify_file(
        self,
        code: Bytes,
        source: Source,
        *,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> None:
        """Check the code of a binary file or of pieces.

        Raises:
            InvalidSignature: If it is wrong.

        """
        with timed("verify_file", self.name):
            stream = self._at(timeout).mac_stream(code)
            _io.result(stream, source, Progress(progress, self.name))


class DecryptionKey(WithPublicKey, role="decryption"):
    """A key pair to whose holder short messages are encrypted: RSA-OAEP.

    >>> with parsec.Client() as client:
    ...     with client.temporary(parsec.RSA_OAEP.with_options(bits=2048)) as key:
    ...         sealed = key.encrypt(b"short", label=b"v1")
    ...         key.decrypt(sealed, label=b"v1")
    b'short'
    """

    __slots__ = ()

    def encrypt(
        self, plaintext: Bytes, *, label: Bytes = b"", timeout: Optional[float] = None
    ) -> bytes:
        """Encrypt to the key's holder, in the service; others do it with the public key."""
        with timed("encrypt", self.name):
            return self._at(timeout).encrypt(plaintext, label)

    def decrypt(
        self, ciphertext: Bytes, *, label: Bytes = b"", timeout: Optional[float] = None
    ) -> bytes:
        """Decrypt with the private part.

        Raises:
            DecryptionFailed: If it was not encrypted to this key: one answer for all causes.

        """
        with timed("decrypt", self.name):
            return self._at(timeout).decrypt(ciphertext, label)

    def as_cryptography(self) -> PrivateKey:
        """Give the key as pyca/cryptography's ``RSAPrivateKey``; it stays where it is."""
        from ..cryptography import adapt

        return cast("PrivateKey", adapt(self))


__all__ = ["DecryptionKey", "MacKey", "SymmetricKey"]
