"""Handles that sign and verify."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Optional, Union, cast

from .._bytes import Bytes
from .._enums import Hash
from .._generated.errors import NotSupported
from .._log import timed
from .._progress import Progress
from . import _io
from ._io import ProgressLike, Source
from ._key import WithPublicKey

if TYPE_CHECKING:
    from ..cryptography import PrivateKey


def _hash_name(hash: Union[Hash, str, None]) -> Optional[str]:
    return None if hash is None else Hash(hash).value


class VerifyingKey(WithPublicKey, role="verifying"):
    """A key that verifies signatures in the service: somebody's public key, imported.

    >>> async with parsec.aio.Client() as client, client.temporary() as signer:
    ...     key = await client.import_public("a-friend", signer.public_key)
    ...     await key.verify(await signer.sign(b"hello"), b"hello")
    ...     await key.delete()
    """

    __slots__ = ()

    async def verify(
        self,
        signature: Bytes,
        message: Bytes,
        *,
        hash: Union[Hash, str, None] = None,
        timeout: Optional[float] = None,
    ) -> None:
        """Verify a signature of a message.

        Raises:
            InvalidSignature: If it does not match.

        """
        with timed("verify", self.name):
            await self._at(timeout).verify(signature, message, _hash_name(hash))

    async def verify_digest(
        self, signature: Bytes, digest: Bytes, *, timeout: Optional[float] = None
    ) -> None:
        """Verify a signature of a message whose hash was made elsewhere.

        Raises:
            InvalidSignature: If it does not match.

        """
        with timed("verify_digest", self.name):
            await self._at(timeout).verify_hash(signature, digest)

    async def verify_file(
        self,
        signature: Bytes,
        source: Source,
        *,
        progress: ProgressLike = None,
        timeout: Optional[float] = None,
    ) -> None:
        """Verify a signature of a binary file or of pieces, which are hashed here.

        Raises:
            InvalidSignature: If it does not match.

        """
        with timed("verify_file", self.name):
            digest = await self._digest(source, progress)
            await self._at(timeout).verify_hash(signature, digest)

    @property
    def hash(self) -> Optional[Hash]:
        """The hash function that the policy fixes, if it fixes one."""
        return _find_hash(self._native.attributes)

    async def _digest(self, source: Source, progress: ProgressLike) -> bytes:
        hash = self.hash
        if hash is None:
            raise NotSupported(f"the key {self.name!r} signs whole messages, not hashes of files")
        hasher = hashlib.new(hash.hashlib_name)
        return await _io.digest(hasher, source, Progress(progress, self.name))


class SigningKey(VerifyingKey, role="signing"):
    """A key pair that signs. ECDSA signatures are DER, as pyca/cryptography has them.

    >>> async with parsec.aio.Client() as client, client.temporary() as key:
    ...     signature = await key.sign(b"hello")
    ...     await key.verify(signature, b"hello")
    ...     try:
    ...         await key.verify(signature, b"goodbye")
    ...     except parsec.InvalidSignature as error:
    ...         print(error.kind)
    invalid-signature
    """

    __slots__ = ()

    async def sign(
        self,
        message: Bytes,
        *,
        hash: Union[Hash, str, None] = None,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Sign a message: hashed here, as the key's policy says.

        Args:
            message: What to sign.
            hash: For keys whose policy leaves the hash function open.
            timeout: Seconds to wait, instead of the client's.

        Raises:
            NotPermitted: If the policy does not let the key sign.
            KeyNotFound: If the key was deleted.

        """
        with timed("sign", self.name):
            return await self._at(timeout).sign(message, _hash_name(hash))

    async def sign_digest(self, digest: Bytes, *, timeout: Optional[float] = None) -> bytes:
        """Sign the hash of a message that was made elsewhere.

        Raises:
            InvalidArgument: If it is not as long as the key's hash function makes it.

        """
        with timed("sign_digest", self.name):
            return await self._at(timeout).sign_hash(digest)

    async def sign_file(
        self, source: Source, *, progress: ProgressLike = None, timeout: Optional[float] = None
    ) -> bytes:
        """Sign a binary file or pieces, which are hashed here and do not travel.

        >>> async with parsec.aio.Client() as client, client.temporary() as key:
        ...     signature = await key.sign_file(io.BytesIO(b"long" * 1000))
        ...     await key.verify_file(signature, [b"long"] * 1000)
        """
        with timed("sign_file", self.name):
            digest = await self._digest(source, progress)
            return await self._at(timeout).sign_hash(digest)

    async def to_csr(
        self,
        subject: str,
        *,
        dns_names: Union[list[str], tuple[str, ...]] = (),
        timeout: Optional[float] = None,
    ) -> bytes:
        """Make a certificate signing request, in DER.

        Args:
            subject: As RFC 4514 has it: ``CN=web,O=Example``.
            dns_names: The names that the certificate shall be for.
            timeout: Seconds to wait, instead of the client's.

        """
        with timed("to_csr", self.name):
            return await self._at(timeout).to_csr(subject, list(dns_names))

    def as_cryptography(self) -> PrivateKey:
        """Give the key as pyca/cryptography's private key; it stays where it is.

        The object signs without asyncio: a call blocks, so give it to a thread.
        """
        from ..cryptography import adapt

        return cast("PrivateKey", adapt(self))


def _find_hash(attributes: Any) -> Optional[Hash]:
    """The one hash function that is named anywhere in a policy."""
    names = {member.value: member for member in Hash}

    def look(value: Any) -> Optional[Hash]:
        if isinstance(value, str):
            return names.get(value)
        if isinstance(value, dict):
            found = (look(inner) for inner in cast("dict[str, Any]", value).values())
            return next((hash for hash in found if hash is not None), None)
        return None

    return look(attributes["key_policy"]["key_algorithm"])


__all__ = ["SigningKey", "VerifyingKey"]
