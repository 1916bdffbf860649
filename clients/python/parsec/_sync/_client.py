# Made of parsec/aio/_client.py by tools/unasync.py; do not edit.
"""The client."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Optional, TypeVar, Union, cast, overload

from .. import _native
from .._bytes import Bytes, Progress, check_name, plain
from .._enums import Hash, Provider
from .._generated import types
from .._generated.raw import Raw
from .._log import timed
from .._public_key import PublicKey
from .._specs import (
    ECDSA_P256,
    AgreementSpec,
    DecryptionSpec,
    DerivationSpec,
    KeySpec,
    MacSpec,
    SigningSpec,
    SymmetricSpec,
    WrappingSpec,
)
from . import _io
from ._io import ProgressLike, Source
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
    handle_of,
)

K = TypeVar("K", bound=Key)


class Client:
    """A client of the Parsec service.

    With no argument it finds the service by itself: where ``PARSEC_SERVICE_ENDPOINT`` says, or
    else at the system's socket or the user's own.

    >>> with parsec.Client() as client:
    ...     key = client.generate("web-tls")
    ...     signature = key.sign(b"hello")
    ...     key.verify(signature, b"hello")
    ...     key.delete()

    Clients and keys may be shared by threads and tasks, and go on working after the service was
    restarted and in processes that are forked off.

    Args:
        endpoint: Where the service listens, such as ``unix:/run/parsec/parsec.sock``.
        application: The application's name, for a service that takes names on trust.
        provider: The one provider to use, instead of the first that can.
        timeout: Seconds to wait for each answer, instead of 30, or 120 where an RSA key is made.
        max_body_size: The most bytes to take as an answer, instead of 16 MiB.

    """

    def __init__(
        self,
        endpoint: Optional[str] = None,
        *,
        application: Optional[str] = None,
        provider: Union[Provider, int, None] = None,
        timeout: Optional[float] = None,
        max_body_size: Optional[int] = None,
    ) -> None:
        if endpoint is not None and not isinstance(endpoint, str):
            raise TypeError(f"argument 'endpoint': a str, not {type(endpoint).__name__}")
        number = None if provider is None else int(Provider(provider))
        if timeout is not None and not timeout > 0:
            raise ValueError("argument 'timeout': give a number of seconds above 0")
        self._options = (endpoint, application, number, timeout, max_body_size)
        self._provider = number
        self._native: Optional[_native.Client] = None

    def __enter__(self) -> Client:
        self._connected()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections. Keys that were opened go on working."""
        self._native = None

    def _connected(self) -> _native.Client:
        if self._native is None:
            self._native = _native.Client.connect(*self._options)
        return self._native

    def _at(self, timeout: Optional[float]) -> _native.Client:
        native = self._native or self._connected()
        return native if timeout is None else native.with_options(None, timeout)

    def with_options(
        self, *, timeout: Optional[float] = None, provider: Union[Provider, int, None] = None
    ) -> Client:
        """Give the same client with something said otherwise, over the same connections.

        >>> with parsec.Client() as client:
        ...     patient = client.with_options(timeout=60, provider=parsec.Provider.SOFTWARE)
        ...     len(patient.random(16))
        16
        """
        endpoint, application, number, seconds, max_body_size = self._options
        other = Client(
            endpoint,
            application=application,
            provider=number if provider is None else provider,
            timeout=seconds if timeout is None else timeout,
            max_body_size=max_body_size,
        )
        if self._native is not None:
            other._native = self._native.with_options(other._provider, timeout)
        return other

    @property
    def endpoint(self) -> Optional[str]:
        """Where the service was found."""
        return None if self._native is None else self._native.endpoint

    @property
    def raw(self) -> Raw:
        """Every operation as the contracts have it.

        >>> with parsec.Client() as client:
        ...     (client.raw.ping())["wire_protocol_version_maj"]
        1
        """
        return Raw(_Caller(self))

    def _call(
        self, operation: str, provider: Optional[int], fields: dict[str, Any]
    ) -> dict[str, Any]:
        native = self._native or self._connected()
        if provider is None:
            provider = self._provider
        if provider is None:
            provider = int((native.providers())[0]["id"])
        with timed(operation, str(fields.get("key_name", ""))):
            return native.call(operation, provider, plain(fields))

    def ping(self, *, timeout: Optional[float] = None) -> tuple[int, int]:
        """Ask whether the service is there; the version of the protocol that it speaks.

        >>> with parsec.Client() as client:
        ...     client.ping()
        (1, 0)
        """
        with timed("ping"):
            return (self._at(timeout)).ping()

    def providers(self) -> list[types.ProviderInfo]:
        """List the providers of the service, best first."""
        native = self._connected()
        return cast("list[types.ProviderInfo]", native.providers())

    def authenticators(self) -> list[types.AuthenticatorInfo]:
        """List what authenticates callers of the service."""
        native = self._connected()
        return cast("list[types.AuthenticatorInfo]", native.authenticators())

    def operations(self, provider: Union[Provider, int]) -> list[str]:
        """List the operations that a provider serves, by their names in the contracts."""
        return (self._connected()).operations(int(Provider(provider)))

    def keys(self) -> list[types.KeyInfo]:
        """List the keys of this application, on all providers."""
        native = self._connected()
        return cast("list[types.KeyInfo]", native.keys())

    @overload
    def generate(
        self, name: str, spec: SigningSpec = ..., *, timeout: Optional[float] = ...
    ) -> SigningKey: ...

    @overload
    def generate(
        self, name: str, spec: SymmetricSpec, *, timeout: Optional[float] = ...
    ) -> SymmetricKey: ...

    @overload
    def generate(self, name: str, spec: MacSpec, *, timeout: Optional[float] = ...) -> MacKey: ...

    @overload
    def generate(
        self, name: str, spec: DecryptionSpec, *, timeout: Optional[float] = ...
    ) -> DecryptionKey: ...

    @overload
    def generate(
        self, name: str, spec: DerivationSpec, *, timeout: Optional[float] = ...
    ) -> DerivationKey: ...

    @overload
    def generate(
        self, name: str, spec: AgreementSpec, *, timeout: Optional[float] = ...
    ) -> AgreementKey: ...

    @overload
    def generate(
        self, name: str, spec: WrappingSpec, *, timeout: Optional[float] = ...
    ) -> WrappingKey: ...

    @overload
    def generate(self, name: str, spec: KeySpec, *, timeout: Optional[float] = ...) -> Key: ...

    def generate(
        self, name: str, spec: KeySpec = ECDSA_P256, *, timeout: Optional[float] = None
    ) -> Any:
        """Make a key: one that signs with ECDSA P-256, unless ``spec`` says otherwise.

        It is made by the first provider that can, hardware before software.

        Raises:
            KeyExists: If the name is taken.
            NotSupported: If no provider makes such keys.

        """
        _check_spec(spec)
        with timed("generate", check_name(name)):
            return handle_of((self._at(timeout)).generate(name, spec))

    @overload
    def get_or_generate(
        self, name: str, spec: SigningSpec = ..., *, timeout: Optional[float] = ...
    ) -> SigningKey: ...

    @overload
    def get_or_generate(
        self, name: str, spec: SymmetricSpec, *, timeout: Optional[float] = ...
    ) -> SymmetricKey: ...

    @overload
    def get_or_generate(
        self, name: str, spec: MacSpec, *, timeout: Optional[float] = ...
    ) -> MacKey: ...

    @overload
    def get_or_generate(
        self, name: str, spec: DecryptionSpec, *, timeout: Optional[float] = ...
    ) -> DecryptionKey: ...

    @overload
    def get_or_generate(
        self, name: str, spec: DerivationSpec, *, timeout: Optional[float] = ...
    ) -> DerivationKey: ...

    @overload
    def get_or_generate(
        self, name: str, spec: AgreementSpec, *, timeout: Optional[float] = ...
    ) -> AgreementKey: ...

    @overload
    def get_or_generate(
        self, name: str, spec: WrappingSpec, *, timeout: Optional[float] = ...
    ) -> WrappingKey: ...

    @overload
    def get_or_generate(
        self, name: str, spec: KeySpec, *, timeout: Optional[float] = ...
    ) -> Key: ...

    def get_or_generate(
        self, name: str, spec: KeySpec = ECDSA_P256, *, timeout: Optional[float] = None
    ) -> Any:
        """Open a key, or make it where it is missing.

        Raises:
            KeyExists: If there is a key of that name which is not as ``spec`` says.

        """
        _check_spec(spec)
        with timed("get_or_generate", check_name(name)):
            return handle_of((self._at(timeout)).get_or_generate(name, spec))

    @overload
    def temporary(
        self, spec: SigningSpec = ..., *, name: Optional[str] = ..., lifetime: float = ...
    ) -> AbstractContextManager[SigningKey]: ...

    @overload
    def temporary(
        self, spec: SymmetricSpec, *, name: Optional[str] = ..., lifetime: float = ...
    ) -> AbstractContextManager[SymmetricKey]: ...

    @overload
    def temporary(
        self, spec: MacSpec, *, name: Optional[str] = ..., lifetime: float = ...
    ) -> AbstractContextManager[MacKey]: ...

    @overload
    def temporary(
        self, spec: DecryptionSpec, *, name: Optional[str] = ..., lifetime: float = ...
    ) -> AbstractContextManager[DecryptionKey]: ...

    @overload
    def temporary(
        self, spec: DerivationSpec, *, name: Optional[str] = ..., lifetime: float = ...
    ) -> AbstractContextManager[DerivationKey]: ...

    @overload
    def temporary(
        self, spec: AgreementSpec, *, name: Optional[str] = ..., lifetime: float = ...
    ) -> AbstractContextManager[AgreementKey]: ...

    @overload
    def temporary(
        self, spec: WrappingSpec, *, name: Optional[str] = ..., lifetime: float = ...
    ) -> AbstractContextManager[WrappingKey]: ...

    @overload
    def temporary(
        self, spec: KeySpec, *, name: Optional[str] = ..., lifetime: float = ...
    ) -> AbstractContextManager[Key]: ...

    @contextmanager
    def temporary(
        self, spec: KeySpec = ECDSA_P256, *, name: Optional[str] = None, lifetime: float = 3600
    ) -> Iterator[Any]:
        """Make a key for a scope, which deletes it at its end.

        It is never stored, and vanishes by itself after ``lifetime`` seconds.
        """
        _check_spec(spec)
        name = f"temporary-{secrets.token_hex(8)}" if name is None else check_name(name)
        native = self._connected()
        expires = int(time.time() + lifetime) + 1
        with timed("generate_volatile", name):
            key = handle_of(native.generate_volatile(name, spec, expires))
        try:
            yield key
        finally:
            key.delete()

    @overload
    def import_key(self, name: str, spec: SigningSpec, material: Any) -> SigningKey: ...

    @overload
    def import_key(self, name: str, spec: SymmetricSpec, material: Any) -> SymmetricKey: ...

    @overload
    def import_key(self, name: str, spec: MacSpec, material: Any) -> MacKey: ...

    @overload
    def import_key(self, name: str, spec: DecryptionSpec, material: Any) -> DecryptionKey: ...

    @overload
    def import_key(self, name: str, spec: DerivationSpec, material: Any) -> DerivationKey: ...

    @overload
    def import_key(self, name: str, spec: AgreementSpec, material: Any) -> AgreementKey: ...

    @overload
    def import_key(self, name: str, spec: WrappingSpec, material: Any) -> WrappingKey: ...

    @overload
    def import_key(self, name: str, spec: KeySpec, material: Any) -> Key: ...

    def import_key(self, name: str, spec: KeySpec, material: Any) -> Any:
        """Bring in a key that was made elsewhere.

        Args:
            name: Its name here.
            spec: What it is.
            material: For a pair its PEM (str or bytes) or DER, or an object of pyca/cryptography;
                for a secret key its bytes.

        Raises:
            InvalidArgument: If it is not what ``spec`` says.

        """
        _check_spec(spec)
        check_name(name)
        pair = isinstance(spec, (SigningSpec, DecryptionSpec, AgreementSpec))
        data = _material(material)
        native = self._connected()
        with timed("import_key", name):
            if pair:
                return handle_of(native.import_key_pair(name, spec, data))
            return handle_of(native.import_bytes(name, spec, data))

    def import_public(
        self, name: str, material: Union[PublicKey, str, bytes], spec: KeySpec = ECDSA_P256
    ) -> VerifyingKey:
        """Bring in somebody's public key, to verify with; ``spec`` says which signatures.

        Args:
            name: Its name here.
            material: A :class:`PublicKey`, PEM or DER.
            spec: Which signatures it verifies.

        """
        _check_spec(spec)
        check_name(name)
        if isinstance(material, PublicKey):
            public = material
        elif isinstance(material, str) or bytes(material[:5]) == b"-----":
            public = PublicKey.from_pem(material)
        else:
            public = PublicKey.from_der(material)
        native = self._connected()
        with timed("import_public", name):
            return VerifyingKey(native.import_public(name, spec, public._native))

    def open(self, name: str) -> Any:
        """Open a key by its name: the handle that fits what it is for.

        >>> with parsec.Client() as client:
        ...     try:
        ...         client.open("missing")
        ...     except parsec.KeyNotFound as error:
        ...         print(error.kind, error.key_name)
        key-not-found missing

        Raises:
            KeyNotFound: If there is none, or if it is another application's.

        """
        with timed("open", check_name(name)):
            return handle_of((self._connected()).open(name))

    def open_signing_key(self, name: str) -> SigningKey:
        """Open a key by its name, and see that it is a :class:`SigningKey`.

        Raises:
            TypeError: If it is for something else.
            KeyNotFound: If there is none.

        """
        return self._open_as(name, SigningKey)

    def open_symmetric_key(self, name: str) -> SymmetricKey:
        """Open a key by its name, and see that it is a :class:`SymmetricKey`.

        Raises:
            TypeError: If it is for something else.
            KeyNotFound: If there is none.

        """
        return self._open_as(name, SymmetricKey)

    def open_mac_key(self, name: str) -> MacKey:
        """Open a key by its name, and see that it is a :class:`MacKey`.

        Raises:
            TypeError: If it is for something else.
            KeyNotFound: If there is none.

        """
        return self._open_as(name, MacKey)

    def open_decryption_key(self, name: str) -> DecryptionKey:
        """Open a key by its name, and see that it is a :class:`DecryptionKey`.

        Raises:
            TypeError: If it is for something else.
            KeyNotFound: If there is none.

        """
        return self._open_as(name, DecryptionKey)

    def open_derivation_key(self, name: str) -> DerivationKey:
        """Open a key by its name, and see that it is a :class:`DerivationKey`.

        Raises:
            TypeError: If it is for something else.
            KeyNotFound: If there is none.

        """
        return self._open_as(name, DerivationKey)

    def open_agreement_key(self, name: str) -> AgreementKey:
        """Open a key by its name, and see that it is a :class:`AgreementKey`.

        Raises:
            TypeError: If it is for something else.
            KeyNotFound: If there is none.

        """
        return self._open_as(name, AgreementKey)

    def open_wrapping_key(self, name: str) -> WrappingKey:
        """Open a key by its name, and see that it is a :class:`WrappingKey`.

        Raises:
            TypeError: If it is for something else.
            KeyNotFound: If there is none.

        """
        return self._open_as(name, WrappingKey)

    def open_verifying_key(self, name: str) -> VerifyingKey:
        """Open a key by its name, and see that it is a :class:`VerifyingKey`.

        Raises:
            TypeError: If it is for something else.
            KeyNotFound: If there is none.

        """
        return self._open_as(name, VerifyingKey)

    def _open_as(self, name: str, kind: type[K]) -> K:
        key = self.open(name)
        if isinstance(key, kind):
            return key
        raise TypeError(f"the key {name!r} is a {key.role} key, not a {kind.__name__}")

    def random(self, count: int, *, timeout: Optional[float] = None) -> bytes:
        """Give random bytes, from hardware where there is some."""
        if count < 0:
            raise ValueError("argument 'count': there are no fewer than 0 bytes")
        with timed("random"):
            return (self._at(timeout)).random(count)

    def hash(
        self,
        data: Bytes,
        hash: Union[Hash, str] = Hash.SHA_256,
        *,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Give a hash, made by the service.

        >>> with parsec.Client() as client:
        ...     (client.hash(b"abc")).hex()[:8]
        'ba7816bf'
        """
        with timed("hash"):
            return (self._at(timeout)).hash(data, Hash(hash).value)

    def hash_file(
        self,
        source: Source,
        hash: Union[Hash, str] = Hash.SHA_256,
        *,
        progress: ProgressLike = None,
    ) -> bytes:
        """Give the hash of a binary file or of pieces, made by the service."""
        stream = (self._connected()).hash_stream(Hash(hash).value)
        return _io.result(stream, source, Progress(progress, "hash"))

    def __repr__(self) -> str:
        where = self.endpoint or self._options[0] or "not connected"
        return f"<{type(self).__module__.split('._')[0]}.Client {where}>"


class _Caller:
    """What the generated operations are sent by."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def call(
        self, operation: str, provider: Optional[int], fields: dict[str, object]
    ) -> dict[str, object]:
        return self._client._call(operation, provider, fields)


def _check_spec(spec: object) -> None:
    if not isinstance(spec, KeySpec):
        raise TypeError(
            "argument 'spec': a spec such as parsec.ECDSA_P256 is needed, "
            f"not {type(spec).__name__}"
        )


def _material(material: Any) -> Any:
    if isinstance(material, str):
        return material.encode()
    if hasattr(material, "private_bytes"):
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        return material.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return material


__all__ = ["Client"]
