"""A client of the Parsec service: keys that live in a TPM, in an HSM or in the service itself.

>>> with parsec.Client() as client:
...     key = client.generate("web-tls")
...     signature = key.sign(b"hello")
...     key.verify(signature, b"hello")
...     key.delete()

:class:`parsec.Client` is for code that blocks, :class:`parsec.aio.Client` for asyncio: the same
names, awaited. A handle is a name: closing or collecting it deletes nothing. All errors are
:class:`parsec.ParsecError`. ``parsec.cryptography`` has keys for pyca/cryptography, and
``parsec.tls`` does mutual TLS with a key that never leaves the service; ``parsec.httpx`` does so
for httpx.
"""

import atexit as _atexit
import os as _os

from . import _native
from ._authentication import Authentication
from ._enums import Hash, KeyUse, Padding, Provider
from ._generated import errors as _errors_module
from ._generated import kinds as _kinds
from ._generated.errors import *  # noqa: F403
from ._generated.kinds import *  # noqa: F403
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
    "Hash",
    "Key",
    "KeySpec",
    "KeyUse",
    "MacKey",
    "Padding",
    "Provider",
    "PublicKey",
    "SigningKey",
    "SymmetricKey",
    "VerifyingKey",
    "WrappingKey",
]
__all__ += _errors_module.__all__
__all__ += _kinds.__all__
