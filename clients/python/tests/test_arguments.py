"""Wrong types of arguments: the error names the argument that the user wrote."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

import parsec_client as parsec
from conftest import Service

CLASSES = [
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
SPECS = {
    "AgreementKey": parsec.ECDH_P256,
    "DecryptionKey": parsec.RSA_OAEP,
    "DerivationKey": parsec.HKDF,
    "Key": parsec.ECDSA_P256,
    "MacKey": parsec.HMAC_SHA256,
    "SigningKey": parsec.ECDSA_P256,
    "SymmetricKey": parsec.AES_256_GCM,
    "WrappingKey": parsec.AES_KEY_WRAP,
}


class Wrong:
    """No argument is of this type."""


def methods() -> Iterator[tuple[str, str, str, str]]:
    """Each argument of each public method of both clients."""
    for package in ("sync", "aio"):
        module = parsec if package == "sync" else parsec.aio
        for name in [*CLASSES, "Admin"]:
            kind = type(module.Client("unix:/nowhere").admin) if name == "Admin" else None
            kind = kind or getattr(module, name)
            for method, function in inspect.getmembers(kind, inspect.isfunction):
                if method.startswith("_"):
                    continue
                for argument in list(inspect.signature(function).parameters)[1:]:
                    yield package, name, method, argument


VALID: dict[str, Any] = {
    "name": "arguments",
    "new_name": "other",
    "spec": parsec.ECDSA_P256,
    "source": io.BytesIO(b"x"),
    "target": io.BytesIO(),
    "hash": "sha-256",
    "provider": 1,
    "timeout": 5.0,
    "lifetime": 5.0,
    "length": 16,
    "count": 16,
    "size": 16,
    "material": b"x",
    "use": "sign",
    "uses": ["sign"],
    "pcrs": [1],
}


def valid(argument: inspect.Parameter, public: parsec.PublicKey, key: Any) -> Any:
    if argument.name in VALID and argument.name != "lifetime":
        return VALID[argument.name]
    annotation = str(argument.annotation)
    for part, value in (
        ("Sequence[Bytes]", [b"x"]),
        ("PublicKey", public),
        ("Bytes", b"x"),
        ("list[str]", ["x"]),
        ("bool", True),
        ("str", "x"),
        ("int", 1),
        ("float", 1.0),
        ("types.KeyLifetime", {"expires-at": {"time": 2**40}}),
        ("Key", key),
    ):
        if part in annotation:
            return value
    return {}


@pytest.mark.parametrize(("package", "name", "method", "argument"), list(methods()))
def test_an_argument_of_a_wrong_type_is_named(
    service: Service, package: str, name: str, method: str, argument: str
) -> None:
    with parsec.Client(service.endpoint) as client:
        key: Any = client.get_or_generate(f"arguments-{name}", SPECS.get(name, parsec.ECDSA_P256))
        public = client.get_or_generate("arguments-Key", parsec.ECDSA_P256).public_key
        if name == "VerifyingKey":
            with contextlib.suppress(parsec.KeyExists):
                client.import_public("arguments-public", public, parsec.ECDSA_P256)
            key = client.open("arguments-public")

        async def call(function: Any, named: dict[str, Any]) -> None:
            result = function(**named)
            if inspect.isawaitable(result):
                await result
            elif hasattr(result, "__aenter__"):
                async with result:
                    pass
            elif hasattr(result, "__enter__"):
                with result:
                    pass

        async def main() -> None:
            subject: Any = client
            own: Any = key
            if package == "aio":
                subject = parsec.aio.Client(service.endpoint)
                own = await subject.open(key.name)
            if name == "Admin":
                subject = subject.admin
            elif name != "Client":
                subject = own
            signature = inspect.signature(getattr(subject, method))
            given: dict[str, Any] = {}
            for parameter in signature.parameters.values():
                if parameter.name == argument:
                    given[argument] = Wrong()
                elif parameter.default is parameter.empty:
                    given[parameter.name] = valid(parameter, public, own)
            await call(getattr(subject, method), given)

        with pytest.raises(TypeError) as raised:
            asyncio.run(main())
        assert f"argument '{argument}'" in str(raised.value)
        assert "Py" not in str(raised.value), "a name of the binding"


@pytest.mark.parametrize(
    ("names", "error"), [("abc", "a list or tuple is needed, not str"), ([1], "a str is needed")]
)
def test_one_string_is_not_several(service: Service, names: Any, error: str) -> None:
    async def main() -> None:
        async with parsec.aio.Client(service.endpoint) as client, client.temporary() as key:
            await key.to_csr("CN=x", dns_names=names)

    with pytest.raises(TypeError, match=f"argument 'dns_names': {error}"):
        asyncio.run(main())
    with (
        parsec.Client(service.endpoint) as client,
        client.temporary() as key,
        pytest.raises(TypeError, match=f"argument 'dns_names': {error}"),
    ):
        key.to_csr("CN=x", dns_names=names)


def test_one_string_is_not_several_elsewhere() -> None:
    with pytest.raises(TypeError, match="argument 'uses'"):
        parsec.ECDSA_P256.with_options(uses="sign")
    for context in (parsec.tls.ClientContext, parsec.tls.ServerContext):
        with pytest.raises(TypeError, match="argument 'alpn'"):
            context(alpn="h2")
        with pytest.raises(TypeError, match="argument 'alpn_protocols'"):
            context().set_alpn_protocols("h2")


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("endpoint", b"unix:/x"),
        ("application", b"x"),
        ("provider", "software"),
        ("provider", 1.5),
        ("timeout", "5"),
        ("max_body_size", "big"),
        ("authentication", "direct"),
    ],
)
def test_an_option_of_the_client_of_a_wrong_type_is_named(argument: str, value: object) -> None:
    options: dict[str, Any] = {argument: value}
    for kind in (parsec.Client, parsec.aio.Client):
        with pytest.raises((TypeError, ValueError), match=f"argument '{argument}'"):
            kind(**options)


def test_public_keys_of_pyca_are_taken(client: parsec.Client) -> None:
    for private in (ec.generate_private_key(ec.SECP256R1()),):
        public = private.public_key()
        key = client.import_public("theirs", public, parsec.ECDSA_P256)
        assert key.public_key.to_cryptography() == public
        with pytest.raises(TypeError, match=r"argument 'material'.*public_key\(\)"):
            client.import_public("no", private, parsec.ECDSA_P256)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"argument 'material'.*import_public"):
            client.import_key("no", parsec.ECDSA_P256, public)
    with client.temporary(parsec.ECDH_P256) as mine:
        peer = ec.generate_private_key(ec.SECP256R1())
        own: Any = mine.public_key.to_cryptography()
        assert mine.agree(peer.public_key()) == peer.exchange(ec.ECDH(), own)
    for foreign in (ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(parsec.ParsecError):
            client.import_public("no", foreign.public_key(), parsec.ECDSA_P256)


@pytest.mark.parametrize("key", ["web", b"web", None.__class__, 5])
def test_a_key_for_tls_of_a_wrong_type_is_explained(key: Any) -> None:
    for context in (parsec.tls.ClientContext, parsec.tls.ServerContext):
        with pytest.raises(TypeError, match=r"argument 'key': a SigningKey is needed"):
            context(key=key, certificate_chain="x")


def test_a_key_for_tls_of_another_role_is_explained(client: parsec.Client) -> None:
    with (
        client.temporary(parsec.AES_256_GCM) as key,
        pytest.raises(TypeError, match=r"argument 'key': a SigningKey is needed"),
    ):
        parsec.tls.ClientContext(key=key, certificate_chain="x")  # type: ignore[arg-type]


def test_files_of_text_are_explained(client: parsec.Client) -> None:
    with client.temporary(parsec.AES_256_GCM) as key:
        with pytest.raises(TypeError, match=r"argument 'source'.*'rb'"):
            key.encrypt_file(io.StringIO("text"), io.BytesIO())  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"argument 'target'.*'wb'"):
            key.encrypt_file(io.BytesIO(b"x"), io.StringIO())  # type: ignore[arg-type]


@pytest.mark.parametrize("length", range(13))
def test_a_short_ciphertext_fails_like_a_forged_one(client: parsec.Client, length: int) -> None:
    with client.temporary(parsec.AES_256_GCM) as key:
        forged = bytearray(key.encrypt(b"hello"))
        forged[-1] ^= 1
        with pytest.raises(parsec.ParsecError) as of_forged:
            key.decrypt(forged)
        with pytest.raises(type(of_forged.value)) as of_short:
            key.decrypt(bytes(length))
        assert of_short.value.kind == of_forged.value.kind
