"""A client of the Parsec service, for keys in a TPM, in an HSM or in the service itself.

The examples import it as ``import parsec_client as parsec``.

>>> with parsec.Client() as client:
...     key = client.generate("web-tls")
...     signature = key.sign(b"hello")
...     key.verify(signature, b"hello")
...     key.delete()

:class:`parsec_client.Client` is the blocking client, :class:`parsec_client.aio.Client` the client
for asyncio, with the same methods. Closing or collecting a handle does not delete its key. All
errors are :class:`parsec_client.ParsecError`. ``parsec_client.cryptography`` adapts keys to
pyca/cryptography; ``parsec_client.tls`` has TLS clients and servers whose keys never leave the
service, with ``parsec_client.httpx`` and ``parsec_client.requests``. These modules and
``parsec_client.aio`` are imported at their first use.
"""

import atexit as _atexit
import importlib as _importlib
import os as _os
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

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
from ._public_names import publish as _publish
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

if _TYPE_CHECKING:
    from . import aio as aio
    from . import cryptography as cryptography
    from . import httpx as httpx
    from . import requests as requests
    from . import tls as tls

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

_publish(__name__, globals(), __all__)

_SUBMODULES = ("aio", "cryptography", "httpx", "requests", "tls")


def __getattr__(name: str) -> _Any:
    if name in _SUBMODULES:
        return _importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBMODULES})
