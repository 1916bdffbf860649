"""A client of the Parsec service: keys that live in a TPM, in an HSM or in the service itself.

>>> with parsec.Client() as client:
...     key = client.generate("web-tls")
...     signature = key.sign(b"hello")
...     key.verify(signature, b"hello")
...     key.delete()

:class:`parsec.Client` is for code that blocks, :class:`parsec.aio.Client` for asyncio: the same
names, awaited. A key is a name: collecting a handle deletes nothing. All errors are
:class:`parsec.ParsecError`. ``parsec.cryptography`` makes keys pyca/cryptography's own, and
``parsec.tls`` does mutual TLS with a key that never leaves the service; ``parsec.httpx`` does so
for httpx.
"""

import atexit as _atexit
import os as _os

from . import _native
from ._authentication import Authentication
from ._enums import Hash, KeyUse, Padding, Provider
from ._generated.errors import (
    Busy,
    DecryptionFailed,
    DeviceUnavailable,
    Internal,
    InvalidArgument,
    InvalidSignature,
    KeyExists,
    KeyNotFound,
    NotAuthenticated,
    NotPermitted,
    NotSupported,
    ParsecError,
    Protocol,
    ServiceUnavailable,
    TimedOut,
)
from ._generated.kinds import (
    AES_128_GCM,
    AES_256_CCM,
    AES_256_GCM,
    AES_CMAC,
    AES_KEY_WRAP,
    CHACHA20_POLY1305,
    ECDH_P256,
    ECDSA_BRAINPOOL_P256,
    ECDSA_P256,
    ECDSA_P384,
    ECDSA_P521,
    ECDSA_SECP256K1,
    ED25519,
    HKDF,
    HMAC_SHA256,
    HMAC_SHA384,
    HMAC_SHA512,
    RSA,
    RSA_OAEP,
    X25519,
)
from ._public_key import PublicKey
from ._specs import (
    AgreementSpec,
    DecryptionSpec,
    DerivationSpec,
    KeySpec,
    MacSpec,
    SigningSpec,
    SymmetricSpec,
    WrappingSpec,
)
from ._sync._client import Client
from ._sync._keys import (
    AgreementKey,
    DecryptionKey,
    DerivationKey,
    Key,
    MacKey,
    SigningKey,
    SymmetricKey,
    VerifyingKey,
    WrappingKey,
)

_os.register_at_fork(
    before=_native.before_fork,
    after_in_parent=_native.after_fork_in_parent,
    after_in_child=_native.after_fork_in_child,
)
_atexit.register(_native.shut_down)

__all__ = [
    "AES_128_GCM",
    "AES_256_CCM",
    "AES_256_GCM",
    "AES_CMAC",
    "AES_KEY_WRAP",
    "CHACHA20_POLY1305",
    "ECDH_P256",
    "ECDSA_BRAINPOOL_P256",
    "ECDSA_P256",
    "ECDSA_P384",
    "ECDSA_P521",
    "ECDSA_SECP256K1",
    "ED25519",
    "HKDF",
    "HMAC_SHA256",
    "HMAC_SHA384",
    "HMAC_SHA512",
    "RSA",
    "RSA_OAEP",
    "X25519",
    "AgreementKey",
    "AgreementSpec",
    "Authentication",
    "Busy",
    "Client",
    "DecryptionFailed",
    "DecryptionKey",
    "DecryptionSpec",
    "DerivationKey",
    "DerivationSpec",
    "DeviceUnavailable",
    "Hash",
    "Internal",
    "InvalidArgument",
    "InvalidSignature",
    "Key",
    "KeyExists",
    "KeyNotFound",
    "KeySpec",
    "KeyUse",
    "MacKey",
    "MacSpec",
    "NotAuthenticated",
    "NotPermitted",
    "NotSupported",
    "Padding",
    "ParsecError",
    "Protocol",
    "Provider",
    "PublicKey",
    "ServiceUnavailable",
    "SigningKey",
    "SigningSpec",
    "SymmetricKey",
    "SymmetricSpec",
    "TimedOut",
    "VerifyingKey",
    "WrappingKey",
    "WrappingSpec",
]
