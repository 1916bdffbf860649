"""Keys of the service as pyca/cryptography private keys: for certificates or JSON Web Tokens.

``key.as_cryptography()`` returns these objects. They are subclasses of that package's private
keys, but the private key never leaves the service: methods that return it raise
:class:`parsec_client.NotSupported`.
"""

from __future__ import annotations

from typing import Any, NoReturn, Optional, Union, cast

from . import _native
from ._enums import Hash
from ._extras import missing
from ._generated import errors
from ._public_key import PublicKey
from ._sync._base import handle_of

try:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils, x25519
except ModuleNotFoundError as _error:
    raise missing("cryptography", _error) from None

#: Adapters of keys that sign or decrypt.
PrivateKey = Union["EllipticCurvePrivateKey", "RSAPrivateKey", "Ed25519PrivateKey"]
#: Adapters of keys that agree on secrets.
AgreementPrivateKey = Union["EllipticCurvePrivateKey", "X25519PrivateKey"]


class DecryptionFailed(errors.DecryptionFailed, ValueError):
    """A ciphertext does not decrypt. Also a ``ValueError``, which that package raises."""


class _ServiceKey:
    """Base of all adapters."""

    _key: Any

    def __init__(self, key: Any) -> None:
        self._key = key

    def _refuse_export(self) -> NoReturn:
        raise errors.NotSupported(
            f"the private key {self._key.name!r} never leaves the service; "
            "sign or decrypt with the key instead",
            key_name=self._key.name,
        )

    def private_numbers(self) -> NoReturn:
        """Raises ``NotSupported``: the key never leaves the service."""
        self._refuse_export()

    def private_bytes(
        self,
        encoding: serialization.Encoding,
        format: serialization.PrivateFormat,
        encryption_algorithm: serialization.KeySerializationEncryption,
    ) -> NoReturn:
        """Raises ``NotSupported``: the key never leaves the service."""
        self._refuse_export()

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__name__} of {self._key!r}>"


def _digest(
    data: Any, algorithm: Union[utils.Prehashed, hashes.HashAlgorithm]
) -> tuple[bytes, hashes.HashAlgorithm]:
    """Return the hash to sign, computed here so that the message is not sent."""
    if isinstance(algorithm, utils.Prehashed):
        return bytes(data), cast(hashes.HashAlgorithm, getattr(algorithm, "_algorithm"))  # noqa: B009
    hasher = hashes.Hash(algorithm)
    hasher.update(data)
    return hasher.finalize(), algorithm


def _check_hash(key: Any, algorithm: hashes.HashAlgorithm) -> None:
    """Refuse a hash function that the key's policy does not permit."""
    fixed = key.hash
    if fixed is None:
        return
    if _hash_name(algorithm) != fixed.hashlib_name:
        raise errors.NotSupported(
            f"the key {key.name!r} signs hashes of {fixed.value}, not {algorithm.name}",
            key_name=key.name,
        )


def _hash_name(algorithm: Optional[hashes.HashAlgorithm]) -> Optional[str]:
    """Return its name in :mod:`hashlib`."""
    return None if algorithm is None else algorithm.name.replace("-", "_")


def _oaep_hash(key: Any) -> Optional[Hash]:
    """Return the hash function of OAEP in the key's policy."""
    algorithm = key.attributes["key_policy"]["key_algorithm"]["asymmetric-encryption"]
    return Hash(algorithm["rsa-oaep"]["hash_alg"]) if isinstance(algorithm, dict) else None


class EllipticCurvePrivateKey(_ServiceKey, ec.EllipticCurvePrivateKey):
    """An ECDSA or ECDH key pair whose private key is in the service."""

    @property
    def curve(self) -> ec.EllipticCurve:
        """The curve."""
        return self.public_key().curve

    @property
    def key_size(self) -> int:
        """The size of the curve's field in bits."""
        return self.public_key().key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the public key as an object of pyca/cryptography."""
        return cast(ec.EllipticCurvePublicKey, self._key.public_key.to_cryptography())

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:
        """Return the shared secret. It leaves the service; the private key does not."""
        if self._key.role != "agreement":
            raise errors.NotSupported(
                f"the key {self._key.name!r} signs; it does not agree on secrets",
                key_name=self._key.name,
            )
        point = peer_public_key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return cast(bytes, self._key.agree(point))

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """Sign with ECDSA; the signature is DER."""
        if not isinstance(signature_algorithm, ec.ECDSA):
            raise errors.NotSupported("an elliptic-curve key signs only with ECDSA")
        if self._key.role == "agreement":
            raise errors.NotSupported(
                f"the key {self._key.name!r} agrees on secrets; it does not sign",
                key_name=self._key.name,
            )
        digest, algorithm = _digest(data, signature_algorithm.algorithm)
        _check_hash(self._key, algorithm)
        return cast(bytes, self._key.sign_digest(digest))


class RSAPrivateKey(_ServiceKey, rsa.RSAPrivateKey):
    """An RSA key pair whose private key is in the service."""

    @property
    def key_size(self) -> int:
        """The size of the modulus in bits."""
        return self.public_key().key_size

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public key as an object of pyca/cryptography."""
        return cast(rsa.RSAPublicKey, self._key.public_key.to_cryptography())

    def sign(
        self,
        data: Any,
        padding: padding.AsymmetricPadding,
        algorithm: Union[utils.Prehashed, hashes.HashAlgorithm, Any],
    ) -> bytes:
        """Sign with the padding of the key's policy.

        The service's PSS salts are as long as the hash, and ``PSS.AUTO`` selects that. Other
        lengths, such as ``PSS.MAX_LENGTH``, are refused.
        """
        if self._key.role != "signing":
            raise errors.NotSupported(
                f"the key {self._key.name!r} decrypts; it does not sign", key_name=self._key.name
            )
        if not isinstance(algorithm, (utils.Prehashed, hashes.HashAlgorithm)):
            raise errors.NotSupported("an RSA key signs hashes of data: give a hash function")
        digest, function = _digest(data, algorithm)
        _check_hash(self._key, function)
        self._check_padding(padding, function)
        return cast(bytes, self._key.sign_digest(digest))

    def _check_padding(self, given: Any, function: hashes.HashAlgorithm) -> None:
        algorithm = str(self._key.attributes["key_policy"]["key_algorithm"])
        pss = "rsa-pss" in algorithm
        if isinstance(given, padding.PKCS1v15) and not pss:
            return
        if not (isinstance(given, padding.PSS) and pss):
            has = "PSS" if pss else "PKCS #1 v1.5"
            raise errors.NotSupported(
                f"the key {self._key.name!r} signs with {has}, not {given.name}",
                key_name=self._key.name,
            )
        salt = getattr(given, "_salt_length", None)
        fits = (padding.PSS.DIGEST_LENGTH, padding.PSS.AUTO, function.digest_size)
        if not any(salt is fit or salt == fit for fit in fits):
            raise errors.NotSupported(
                "the service's PSS salts are as long as the hash: use PSS.DIGEST_LENGTH",
                key_name=self._key.name,
            )
        mask = getattr(given.mgf, "_algorithm", function)
        if mask.name != function.name:
            raise errors.NotSupported("the mask of PSS must use the same hash function")

    def decrypt(self, ciphertext: bytes, padding: padding.AsymmetricPadding) -> bytes:
        """Decrypt OAEP with the hash function of the key's policy, with or without a label."""
        if self._key.role != "decryption":
            raise errors.NotSupported(
                f"the key {self._key.name!r} signs; it does not decrypt", key_name=self._key.name
            )
        wanted = _oaep_hash(self._key)
        mask = getattr(getattr(padding, "_mgf", None), "_algorithm", None)
        given = (getattr(padding, "_algorithm", None), mask)
        if (
            padding.name != "EME-OAEP"
            or wanted is None
            or any(_hash_name(one) != wanted.hashlib_name for one in given)
        ):
            supported = f"OAEP with {wanted.value}, also in its mask" if wanted else "PKCS #1 v1.5"
            raise errors.NotSupported(
                f"the key {self._key.name!r} decrypts only {supported}",
                key_name=self._key.name,
            )
        label = getattr(padding, "_label", None) or b""
        try:
            return cast(bytes, self._key.decrypt(ciphertext, label=label))
        except errors.DecryptionFailed as error:
            raise DecryptionFailed(
                str(error), detail=error.detail, status=error.status, key_name=error.key_name
            ) from error


class Ed25519PrivateKey(_ServiceKey, ed25519.Ed25519PrivateKey):
    """An Ed25519 key pair whose private key is in the service."""

    def public_key(self) -> ed25519.Ed25519PublicKey:
        """Return the public key as an object of pyca/cryptography."""
        return cast(ed25519.Ed25519PublicKey, self._key.public_key.to_cryptography())

    def private_bytes_raw(self) -> NoReturn:
        """Raises ``NotSupported``: the key never leaves the service."""
        self._refuse_export()

    def sign(self, data: Any) -> bytes:
        """Sign a message."""
        return cast(bytes, self._key.sign(data))


class X25519PrivateKey(_ServiceKey, x25519.X25519PrivateKey):
    """An X25519 key pair whose private key is in the service."""

    def public_key(self) -> x25519.X25519PublicKey:
        """Return the public key as an object of pyca/cryptography."""
        return cast(x25519.X25519PublicKey, self._key.public_key.to_cryptography())

    def private_bytes_raw(self) -> NoReturn:
        """Raises ``NotSupported``: the key never leaves the service."""
        self._refuse_export()

    def exchange(self, peer_public_key: x25519.X25519PublicKey) -> bytes:
        """Return the shared secret. It leaves the service; the private key does not."""
        return cast(bytes, self._key.agree(peer_public_key.public_bytes_raw()))


def adapt(key: Any) -> Any:
    """Return a key of either client as a pyca/cryptography key: for ``as_cryptography()``.

    >>> from cryptography.hazmat.primitives import hashes
    >>> from cryptography.hazmat.primitives.asymmetric import ec
    >>> with parsec.Client() as client, client.temporary() as key:
    ...     private = key.as_cryptography()
    ...     signature = private.sign(b"hello", ec.ECDSA(hashes.SHA256()))
    ...     private.public_key().verify(signature, b"hello", ec.ECDSA(hashes.SHA256()))

    Raises:
        NotSupported: If that package does not support such keys.

    """
    native = key._native
    if isinstance(native, _native.AsyncKey):
        native = _native.to_blocking(native)
    blocking: Any = handle_of(native)
    public = PublicKey.to_cryptography(blocking.public_key)
    for kind, adapter in _ADAPTERS.items():
        if isinstance(public, kind):
            return adapter(blocking)
    raise errors.NotSupported(f"pyca/cryptography has no private keys of {key.description}")


_ADAPTERS: dict[type, type[_ServiceKey]] = {
    ec.EllipticCurvePublicKey: EllipticCurvePrivateKey,
    rsa.RSAPublicKey: RSAPrivateKey,
    ed25519.Ed25519PublicKey: Ed25519PrivateKey,
    x25519.X25519PublicKey: X25519PrivateKey,
}

__all__ = [
    "AgreementPrivateKey",
    "DecryptionFailed",
    "Ed25519PrivateKey",
    "EllipticCurvePrivateKey",
    "PrivateKey",
    "RSAPrivateKey",
    "X25519PrivateKey",
    "adapt",
]
