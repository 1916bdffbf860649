"""A client of the Parsec service, for keys in a TPM, in an HSM or in the service itself.

>>> with parsec.Client() as client:
...     key = client.generate("web-tls")
...     signature = key.sign(b"hello")
...     key.verify(signature, b"hello")
...     key.delete()

:class:`parsec.Client` is the blocking client, :class:`parsec.aio.Client` the client for asyncio,
with the same methods. Closing or collecting a handle does not delete its key. All errors are
:class:`parsec.ParsecError`. ``parsec.cryptography`` adapts keys to pyca/cryptography;
``parsec.tls`` and ``parsec.httpx`` are for mutual TLS with a key that never leaves the service.
"""

import atexit as _atexit
import os as _os

from . import _native
from ._authentication import Authentication
from ._generated import errors as _errors_module
from ._generated import key_options as _options
from ._generated import kinds as _kinds
from ._generated.errors import *  # noqa: F403
from ._generated.key_options import *  # noqa: F403
from ._generated.kinds import *  # noqa: F403
from ._generated.providers import Provider
from ._public_key import PublicKey
from ._specs import KeySpec
from ._sync import (
    AgreementKey,
    Client,
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
    "AgreementKey",
    "Authentication",
    "Client",
    "DecryptionKey",
    "DerivationKey",
    "Key",
    "KeySpec",
    "MacKey",
    "Provider",
    "PublicKey",
    "SigningKey",
    "SymmetricKey",
    "VerifyingKey",
    "WrappingKey",
]
__all__ += _errors_module.__all__
__all__ += _options.__all__
__all__ += _kinds.__all__
