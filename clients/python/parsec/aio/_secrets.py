"""Handles that make keys of keys: derivation, agreement and wrapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, TypeVar, Union, cast

from .._bytes import Bytes
from .._checks import check_name
from .._log import timed
from .._public_key import PublicKey
from .._specs import KeySpec, check_spec
from ._key import Key, WithPublicKey, handle_of

if TYPE_CHECKING:
    from ..cryptography import AgreementPrivateKey

K = TypeVar("K", bound=Key)


class DerivationKey(Key, role="derivation"):
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

    async def derive_key(
        self, info: Bytes, name: str, spec: KeySpec[Any, K], *, timeout: Optional[float] = None
    ) -> K:
        """Derive a key that stays in the service."""
        check_spec(spec)
        made: Any
        with timed("derive_key", self.name):
            made = await self._at(timeout).derive_key(info, check_name(name), spec)
        return cast(K, handle_of(made))


class AgreementKey(WithPublicKey, role="agreement"):
    """A key pair that agrees with others on secrets: ECDH.

    >>> async with parsec.aio.Client() as client:
    ...     async with client.temporary(parsec.X25519) as key:
    ...         async with client.temporary(parsec.X25519) as peer:
    ...             ours = await key.agree(peer.public_key)
    ...             ours == await peer.agree(key.public_key), len(ours)
    (True, 32)
    """

    __slots__ = ()

    async def agree(
        self, peer: Union[PublicKey, Bytes], *, timeout: Optional[float] = None
    ) -> bytes:
        """Give the secret that is shared with the holder of ``peer``; it leaves the service.

        It is no key yet: derive keys from it. Where the key may stay in the service, use
        :meth:`agree_key`.

        Args:
            peer: The other's public key, or its bytes as the PSA Crypto API has them.
            timeout: Seconds to wait, instead of the client's.

        Raises:
            InvalidArgument: If the peer's key is not of the same group.
            NotPermitted: If the policy lets the key agree on keys only.

        """
        with timed("agree", self.name):
            return await self._at(timeout).agree(_raw(peer))

    async def agree_key(
        self,
        peer: Union[PublicKey, Bytes],
        info: Bytes,
        name: str,
        spec: KeySpec[Any, K],
        *,
        timeout: Optional[float] = None,
    ) -> K:
        """Make a key of the secret that is shared with the holder of ``peer``.

        Both sides make the same; ``info`` says what it is for. The secret stays in the service.

        Raises:
            KeyExists: If the name is taken.
            InvalidArgument: If the peer's key is not of the same group.

        """
        check_spec(spec)
        made: Any
        with timed("agree_key", self.name):
            made = await self._at(timeout).agree_key(_raw(peer), info, check_name(name), spec)
        return cast(K, handle_of(made))

    def as_cryptography(self) -> AgreementPrivateKey:
        """Give the key as pyca/cryptography's private key, to ``exchange``; it stays where it is.

        The object works without asyncio: a call blocks, so give it to a thread.

        Raises:
            NotSupported: If that package has no such keys.

        """
        from ..cryptography import adapt

        return cast("AgreementPrivateKey", adapt(self))


def _raw(peer: Union[PublicKey, Bytes]) -> Bytes:
    return peer.raw if isinstance(peer, PublicKey) else peer


class WrappingKey(Key, role="wrapping"):
    """A key that encrypts other keys, for backup and other hosts: AES key wrap.

    >>> async with parsec.aio.Client() as client:
    ...     async with client.temporary(parsec.AES_KEY_WRAP) as backup:
    ...         spec = parsec.ECDSA_P256.with_options(exportable=True)
    ...         async with client.temporary(spec) as key:
    ...             wrapped = await backup.wrap(key)
    ...             again = await backup.unwrap(wrapped, "again", parsec.ECDSA_P256)
    ...             same = again.public_key == key.public_key
    ...             await again.delete()
    >>> same
    True
    """

    __slots__ = ()

    async def wrap(self, name: Union[str, Key], *, timeout: Optional[float] = None) -> bytes:
        """Give another key, which has to be exportable, encrypted.

        Raises:
            NotPermitted: If it is not exportable.

        """
        other = name.name if isinstance(name, Key) else check_name(name)
        with timed("wrap", self.name):
            return await self._at(timeout).wrap(other)

    async def unwrap(
        self, wrapped: Bytes, name: str, spec: KeySpec[Any, K], *, timeout: Optional[float] = None
    ) -> K:
        """Bring in a key that :meth:`wrap` encrypted, here or on another host.

        Raises:
            InvalidSignature: If it was encrypted by another key, or changed.
            KeyExists: If the name is taken.

        """
        check_spec(spec)
        made: Any
        with timed("unwrap", self.name):
            made = await self._at(timeout).unwrap(wrapped, check_name(name), spec)
        return cast(K, handle_of(made))


__all__ = ["AgreementKey", "DerivationKey", "WrappingKey"]
