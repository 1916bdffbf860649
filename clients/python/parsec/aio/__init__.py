"""The client for asyncio: the names of :mod:`parsec`, awaited.

>>> async with parsec.aio.Client() as client, client.temporary() as key:
...     signatures = await asyncio.gather(*(key.sign(m) for m in (b"one", b"two")))
...     len(signatures)
2
"""

from ._client import Client
from ._keys import (
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

__all__ = [
    "AgreementKey",
    "Client",
    "DecryptionKey",
    "DerivationKey",
    "Key",
    "MacKey",
    "SigningKey",
    "SymmetricKey",
    "VerifyingKey",
    "WrappingKey",
]
