"""Handles of keys, by what they are for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Optional, TypeVar, Union, cast

from .. import _native
from .._bytes import Bytes, Progress, check_name
from .._enums import Hash, Provider
from .._generated.errors import NotSupported
from .._log import timed
from .._public_key import PublicKey
from .._specs import KeySpec
from . import _io
from ._io import ProgressLike, Source

if TYPE_CHECKING:
    from typing import IO

    from .._generated import types
    from ..cryptography import PrivateKey

K = TypeVar("K", bound="Key")


class Key:
    """A key of any kind: a name, not a resource. Collecting it deletes nothing.

    >>> async with parsec.aio.Client() as client:
    ...     key = await client.generate("any-key")
    ...     print(key.name, key.description, key.role)
    ...     await key.delete()
    any-key P-256 signing
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.AsyncKey) -> None:
        self._native = native

    @property
    def name(self) -> str:
        """The key's name."""
        return self._native.name

    @property
    def role(self) -> str:
        """What it is for, as a word: ``signing``, ``symmetric`` and so on."""
        return self._native.role

    @property
    def provider(self) -> Provider:
        """Where it lives."""
        return Provider(self._native.provider)

    @property
    def attributes(self) -> types.KeyAttributes:
        """Type, size and policy, as the contracts have them."""
        return cast("types.KeyAttributes", self._native.attributes)

    @property
    def description(self) -> str:
        """What it is, for a person: ``P-256``, ``RSA 2048``."""
        return self._native.description

    def with_options(self: K, *, timeout: float) -> K:
        """The same key, waiting at most ``timeout`` seconds for each answer."""
        return type(self)(self._native.with_timeout(timeout))

    def _at(self, timeout: Optional[float]) -> _native.AsyncKey:
        return self._native if timeout is None else self._native.with_timeout(timeout)

    async def delete(self) -> None:
        """Delete the key, for good.

        Raises:
            KeyNotFound: If it is already gone.

        """
        with timed("delete", self.name):
            await self._native.delete()

    async def copy(self: K, name: str) -> K:
        """Make a second key of the same material; the first has to be copyable.

        Raises:
            NotPermitted: If it is not.

        """
        with timed("copy", self.name):
            return type(self)(await self._native.copy(check_name(name)))

    async def rename(self: K, name: str) -> K:
        """Give the key another name; this handle is then of no use.

        Raises:
            NotPermitted: If the key is not copyable.

        """
        with timed("rename", self.name):
            return type(self)(await self._native.rename(check_name(name)))

    async def export_private(self) -> bytes:
        """Give the key itself, as the PSA Crypto API has it: for a pair the private part.

        Raises:
            NotPermitted: Unless it was made exportable.

        """
        with timed("export_private", self.name):
            return await self._native.export_private()

    def __repr__(self) -> str:
        where = self.provider.name.lower()
        return f"<parsec.{type(self).__name__} {self.name!r} {self.description} in {where}>"


class _WithPublicKey(Key):
    __slots__ = ()

    @property
    def public_key(self) -> PublicKey:
        """The public key."""
        native = self._native.public_key
        if native is None:
            raise NotSupported(f"the key {self.name!r} has no public key in a form of this client")
        return PublicKey(native)


def _hash_name(hash: Union[Hash, str, None]) -> Optional[str]:
    return None if hash is None else Hash(hash).value


class VerifyingKey(_WithPublicKey):
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
        self, signature: Bytes, source: Source, *, progress: ProgressLike = None
    ) -> None:
        """Verify a signature of a binary file or of pieces, which are hashed here.

        Raises:
            InvalidSignature: If it does not match.

        """
        digest = await self._digest(source, progress)
        await self.verify_digest(signature, digest)

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


class SigningKey(VerifyingKey):
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

    async def sign_file(self, source: Source, *, progress: ProgressLike = None) -> bytes:
        """Sign a binary file or pieces, which are hashed here and do not travel.

        >>> async with parsec.aio.Client() as client, client.temporary() as key:
        ...     signature = await key.sign_file(io.BytesIO(b"long" * 1000))
        ...     await key.verify_file(signature, [b"long"] * 1000)
        """
        return await self.sign_digest(await self._digest(source, progress))

    async def to_csr(
        self, subject: str, *, dns_names: Union[list[str], tuple[str, ...]] = ()
    ) -> bytes:
        """Make a certificate signing request, in DER.

        Args:
            subject: As RFC 4514 has it: ``CN=web,O=Example``.
            dns_names: The names that the certificate shall be for.

        """
        with timed("to_csr", self.name):
            return await self._native.to_csr(subject, list(dns_names))

    def as_cryptography(self) -> PrivateKey:
        """Give the key as pyca/cryptography's private key; it stays where it is.

        The object signs without asyncio: a call blocks, so give it to a thread.
        """
        from ..cryptography import adapt

        return adapt(self)


class SymmetricKey(Key):
    """A key that encrypts and protects data: AES-GCM and its kind.

    >>> async with parsec.aio.Client() as client:
    ...     async with client.temporary(parsec.AES_256_GCM) as key:
    ...         sealed = await key.encrypt(b"secret", associated_data=b"v1")
    ...         await key.decrypt(sealed, associated_data=b"v1")
    b'secret'
    """

    __slots__ = ()

    async def encrypt(
        self, plaintext: Bytes, *, associated_data: Bytes = b"", timeout: Optional[float] = None
    ) -> bytes:
        """Encrypt: a fresh nonce, the ciphertext and the tag, in one.

        Args:
            plaintext: What to encrypt.
            associated_data: Protected but not encrypted; needed again to decrypt.
            timeout: Seconds to wait, instead of the client's.

        """
        with timed("encrypt", self.name):
            return await self._at(timeout).encrypt(plaintext, associated_data)

    async def decrypt(
        self, ciphertext: Bytes, *, associated_data: Bytes = b"", timeout: Optional[float] = None
    ) -> bytes:
        """Decrypt what :meth:`encrypt` gave.

        Raises:
            InvalidSignature: If anything of it was changed.

        """
        with timed("decrypt", self.name):
            return await self._at(timeout).decrypt(ciphertext, associated_data)

    async def encrypt_file(
        self,
        source: Source,
        target: IO[bytes],
        *,
        associated_data: Bytes = b"",
        length: Optional[int] = None,
        progress: ProgressLike = None,
    ) -> int:
        """Encrypt a binary file or pieces of any length into a file; bytes written.

        Args:
            source: A binary file or an iterable of pieces.
            target: A binary file.
            associated_data: As for :meth:`encrypt`.
            length: Bytes that the source has, which CCM alone needs to know.
            progress: A function that is told the bytes done, or True for a line on a terminal.

        """
        stream = await self._native.encrypt_stream(associated_data, length)
        return await _io.through(stream, source, target, Progress(progress, self.name))

    async def decrypt_file(
        self,
        source: Source,
        target: IO[bytes],
        *,
        associated_data: Bytes = b"",
        length: Optional[int] = None,
        progress: ProgressLike = None,
    ) -> int:
        """Decrypt what :meth:`encrypt_file` or :meth:`encrypt` gave; bytes written.

        Nothing reaches ``target`` before all of it is known to be genuine: until then it waits
        in a temporary file without a name (in memory, up to 8 MiB).

        Raises:
            InvalidSignature: If anything was changed; ``target`` is then untouched.

        """
        stream = await self._native.decrypt_stream(associated_data, length)
        return await _io.genuine(stream, source, target, Progress(progress, self.name))


class MacKey(Key):
    """A key that makes and checks authentication codes: HMAC or CMAC.

    >>> async with parsec.aio.Client() as client:
    ...     async with client.temporary(parsec.HMAC_SHA256) as key:
    ...         code = await key.compute(b"user=7")
    ...         await key.verify(code, b"user=7")
    ...         len(code)
    32
    """

    __slots__ = ()

    async def compute(self, data: Bytes, *, timeout: Optional[float] = None) -> bytes:
        """Give the code of the data."""
        with timed("compute", self.name):
            return await self._at(timeout).compute_mac(data)

    async def verify(self, code: Bytes, data: Bytes, *, timeout: Optional[float] = None) -> None:
        """Check a code.

        Raises:
            InvalidSignature: If it is wrong.

        """
        with timed("verify", self.name):
            await self._at(timeout).verify_mac(code, data)

    async def compute_file(self, source: Source, *, progress: ProgressLike = None) -> bytes:
        """Give the code of a binary file or of pieces."""
        stream = await self._native.mac_stream(None)
        return await _io.result(stream, source, Progress(progress, self.name))

    async def verify_file(
        self, code: Bytes, source: Source, *, progress: ProgressLike = None
    ) -> None:
        """Check the code of a binary file or of pieces.

        Raises:
            InvalidSignature: If it is wrong.

        """
        stream = await self._native.mac_stream(code)
        await _io.result(stream, source, Progress(progress, self.name))


class DecryptionKey(_WithPublicKey):
    """A key pair to whose holder short messages are encrypted: RSA-OAEP."""

    __slots__ = ()

    async def encrypt(
        self, plaintext: Bytes, *, label: Bytes = b"", timeout: Optional[float] = None
    ) -> bytes:
        """Encrypt to the key's holder, in the service; others do it with the public key."""
        with timed("encrypt", self.name):
            return await self._at(timeout).encrypt(plaintext, label)

    async def decrypt(
        self, ciphertext: Bytes, *, label: Bytes = b"", timeout: Optional[float] = None
    ) -> bytes:
        """Decrypt with the private part.

        Raises:
            DecryptionFailed: If it was not encrypted to this key: one answer for all causes.

        """
        with timed("decrypt", self.name):
            return await self._at(timeout).decrypt(ciphertext, label)

    def as_cryptography(self) -> PrivateKey:
        """Give the key as pyca/cryptography's ``RSAPrivateKey``; it stays where it is."""
        from ..cryptography import adapt

        return adapt(self)


class DerivationKey(Key):
    """A secret from which keys are derived: HKDF.

    >>> async with parsec.aio.Client() as client, client.temporary(parsec.HKDF) as key:
    ...     len(await key.derive_bytes(b"session 7", 16))
    16
    """

    __slots__ = ()

    async def derive_bytes(
        self, info: Bytes, length: int, *, timeout: Optional[float] = None
    ) -> bytes:
        """Derive bytes; ``info`` says what for."""
        with timed("derive_bytes", self.name):
            return await self._at(timeout).derive_bytes(info, length)

    async def derive_key(self, info: Bytes, name: str, spec: KeySpec) -> Any:
        """Derive a key that stays in the service."""
        with timed("derive_key", self.name):
            native = await self._native.derive_key(info, check_name(name), spec)
        return handle_of(native)


class AgreementKey(_WithPublicKey):
    """A key pair that agrees with others on secrets: ECDH."""

    __slots__ = ()

    async def agree_key(
        self, peer: Union[PublicKey, Bytes], info: Bytes, name: str, spec: KeySpec
    ) -> Any:
        """Make a key of the secret that is shared with the holder of ``peer``.

        Both sides make the same; ``info`` says what it is for.
        """
        raw = peer.raw if isinstance(peer, PublicKey) else peer
        with timed("agree_key", self.name):
            native = await self._native.agree_key(raw, info, check_name(name), spec)
        return handle_of(native)


class WrappingKey(Key):
    """A key that encrypts other keys, for backup and other hosts: AES key wrap."""

    __slots__ = ()

    async def wrap(self, name: Union[str, Key]) -> bytes:
        """Give another key, which has to be exportable, encrypted."""
        other = name.name if isinstance(name, Key) else check_name(name)
        with timed("wrap", self.name):
            return await self._native.wrap(other)

    async def unwrap(self, wrapped: Bytes, name: str, spec: KeySpec) -> Any:
        """Bring in a key that :meth:`wrap` encrypted, here or on another host."""
        with timed("unwrap", self.name):
            native = await self._native.unwrap(wrapped, check_name(name), spec)
        return handle_of(native)


_ROLES: dict[str, type[Key]] = {
    "signing": SigningKey,
    "verifying": VerifyingKey,
    "symmetric": SymmetricKey,
    "mac": MacKey,
    "decryption": DecryptionKey,
    "derivation": DerivationKey,
    "agreement": AgreementKey,
    "wrapping": WrappingKey,
}


def handle_of(native: _native.AsyncKey) -> Key:
    """The handle that fits what the key is for."""
    return _ROLES.get(native.role, Key)(native)


def _find_hash(attributes: Any) -> Optional[Hash]:
    """The one hash function that is named anywhere in a policy."""
    names = {member.value: member for member in Hash}

    def look(value: Any) -> Optional[Hash]:
        if isinstance(value, str):
            return names.get(value)
        if isinstance(value, dict):
            found = (look(inner) for inner in value.values())
            return next((hash for hash in found if hash is not None), None)
        return None

    return look(attributes["key_policy"]["key_algorithm"])
