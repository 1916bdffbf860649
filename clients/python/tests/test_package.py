"""Errors, logging, progress, and the equality of the two clients' methods."""

from __future__ import annotations

import copy
import inspect
import io
import logging
import pickle
import subprocess
import sys
from typing import Any, Callable, cast

import pytest

import parsec_client as parsec
from conftest import Service
from parsec_client import _native
from parsec_client._generated import errors, kinds
from parsec_client._progress import Progress


@pytest.mark.parametrize("name", parsec.aio.__all__)
def test_both_clients_have_the_same_methods(name: str) -> None:
    ours, theirs = getattr(parsec, name), getattr(parsec.aio, name)
    names = {member for member in dir(ours) if member[0] != "_"}
    assert names == {member for member in dir(theirs) if member[0] != "_"}
    for member in names:
        one, other = getattr(ours, member), getattr(theirs, member)
        if callable(one):
            parameters = [inspect.signature(each).parameters for each in (one, other)]
            assert list(parameters[0]) == list(parameters[1]), member
            passed = [[p.kind for p in each.values()] for each in parameters]
            assert passed[0] == passed[1], member
            assert one.__doc__, member


def test_the_package_exports_every_key_kind() -> None:
    names = {name for name, kind in vars(kinds).items() if isinstance(kind, parsec.KeySpec)}
    assert names
    assert names <= set(parsec.__all__)


def test_errors_are_subclasses_of_builtin_errors(client: parsec.Client) -> None:
    key = client.generate("taken")
    with pytest.raises(LookupError) as missing:
        client.open("missing")
    assert isinstance(missing.value, parsec.KeyNotFound)
    assert missing.value.kind == "key-not-found"
    assert missing.value.key_name == "missing"
    with pytest.raises(parsec.KeyExists) as taken:
        client.generate("taken")
    assert taken.value.status == 1139
    assert taken.value.operation == "psa_generate_key"
    assert taken.value.advice
    assert not taken.value.retryable
    assert "taken" in str(taken.value)
    with pytest.raises(PermissionError) as private:
        key.export_private()
    assert isinstance(private.value, parsec.NotPermitted)
    with pytest.raises(ValueError, match="hash"):
        key.sign_digest(b"short")
    with pytest.raises(parsec.NotSupported):
        client.generate("no", parsec.ECDSA_P256.with_options(hash="md2"))
    key.delete()
    with pytest.raises(parsec.KeyNotFound) as gone:
        key.sign(b"x")
    assert gone.value.status == 1140


def test_the_error_without_a_service_names_the_socket() -> None:
    with pytest.raises(ConnectionError, match=r"/nowhere/parsec\.sock"):
        parsec.Client("unix:/nowhere/parsec.sock").ping()


def test_every_error_kind_has_a_class() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    assert {each.__name__ for each in classes if issubclass(each, Exception)} <= set(dir(parsec))


def test_logs_operations_and_never_data(
    client: parsec.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="parsec_client"):
        key = client.generate("logged", parsec.AES_256_GCM)
        key.encrypt(b"a great secret")
        with pytest.raises(parsec.KeyNotFound):
            client.open("missing")
    assert "generate 'logged' done in" in caplog.text
    assert "encrypt 'logged' done in" in caplog.text
    assert "open 'missing' failed with KeyNotFound" in caplog.text
    assert "great secret" not in caplog.text


def test_logs_streams(client: parsec.Client, caplog: pytest.LogCaptureFixture) -> None:
    data = [b"a great secret"] * 3
    with caplog.at_level(logging.DEBUG, logger="parsec_client"):
        client.hash_file(data)
        with client.temporary(parsec.AES_256_GCM, name="vault") as vault:
            sealed = io.BytesIO()
            vault.encrypt_file(data, sealed)
            with pytest.raises(parsec.DecryptionFailed):
                vault.decrypt_file([sealed.getvalue()[:-1]], io.BytesIO())
        with client.temporary(parsec.HMAC_SHA256, name="mac") as mac:
            mac.verify_file(mac.compute_file(data), data)
        with client.temporary(name="signer") as key:
            key.verify_file(key.sign_file(data), data)
    for line in (
        "hash_file '' done in",
        "encrypt_file 'vault' done in",
        "decrypt_file 'vault' failed with DecryptionFailed in",
        "compute_file 'mac' done in",
        "verify_file 'mac' done in",
        "sign_file 'signer' done in",
        "verify_file 'signer' done in",
    ):
        assert line in caplog.text
    assert "great secret" not in caplog.text


@pytest.mark.parametrize("place", ["blocking", "guarded"])
def test_a_panic_becomes_an_internal_error(place: str) -> None:
    with pytest.raises(parsec.Internal, match=r"a forced panic.*report"):
        forced_panic()(place)


async def test_a_panic_on_the_runtime_becomes_an_internal_error(service: Service) -> None:
    with pytest.raises(parsec.Internal, match=r"a forced panic.*report"):
        await forced_panic()("asyncio")
    async with parsec.aio.Client(service.endpoint) as client:
        assert await client.ping() == (1, 0)


def forced_panic() -> Callable[[str], Any]:
    """The function that panics. Only test builds have it: with a release build these tests fail."""
    return cast("Callable[[str], Any]", getattr(_native, "_panic"))  # noqa: B009


def test_shows_progress_only_on_terminals() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        progress = Progress(True, "vault", stream)
        progress.add(1_500_000)
        progress.end()
        assert ("vault: 1.5 MB\n" in stream.getvalue()) is shown


async def test_async_iterables_are_sources(service: Service) -> None:
    async def pieces() -> Any:
        for _ in range(10):
            yield b"piece"

    async with parsec.aio.Client(service.endpoint) as client:
        assert await client.hash_file(pieces()) == await client.hash(b"piece" * 10)
        async with client.temporary(parsec.AES_256_GCM) as key:
            sealed, opened = io.BytesIO(), io.BytesIO()
            await key.encrypt_file(pieces(), sealed)
            await key.decrypt_file(io.BytesIO(sealed.getvalue()), opened)
            assert opened.getvalue() == b"piece" * 10


def test_with_options_returns_another_client(client: parsec.Client) -> None:
    pinned = client.with_options(provider=parsec.Provider.SOFTWARE, timeout=5)
    assert pinned.generate("pinned").provider is parsec.Provider.SOFTWARE
    with pytest.raises(parsec.ParsecError):
        client.with_options(provider=parsec.Provider.TPM).generate("nowhere")


def test_classes_name_the_module_that_users_import() -> None:
    for module in (parsec, parsec.aio):
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, type):
                assert (name, value.__module__) == (name, module.__name__)


def test_submodules_are_imported_at_their_first_use() -> None:
    program = (
        "import sys, parsec_client; before = set(sys.modules); "
        "assert 'parsec_client.aio' not in before and 'cryptography' not in before; "
        "parsec_client.aio.Client, parsec_client.tls.wrap_socket; "
        "assert {'aio', 'cryptography', 'httpx', 'tls'} <= set(dir(parsec_client)); "
        "assert not hasattr(parsec_client, 'nothing')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_public_keys_are_pickled_and_copied(client: parsec.Client) -> None:
    with client.temporary() as key:
        for same in (pickle.loads(pickle.dumps(key.public_key)), copy.deepcopy(key.public_key)):
            assert same == key.public_key


@pytest.mark.parametrize(
    "value",
    [
        parsec.ECDSA_P256.with_options(hash="sha-384", uses=["streams"]),
        parsec.Hash.SHA_256,
        parsec.Provider.TPM,
        parsec.KeyNotFound("gone", status=1140, key_name="web"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_are_pickled(value: Any) -> None:
    same = pickle.loads(pickle.dumps(value))
    assert (type(same), str(same)) == (type(value), str(value))
    assert vars(same) == vars(value) if isinstance(value, Exception) else same == value


async def test_handles_refuse_to_be_pickled(service: Service) -> None:
    blocking = parsec.Client(service.endpoint)
    with blocking.temporary() as key:
        async with parsec.aio.Client(service.endpoint) as client:
            same = await client.open(key.name)
            for handle in (key, same):
                assert copy.copy(handle) is copy.deepcopy(handle) is handle
                with pytest.raises(TypeError, match="give its name to the other process"):
                    pickle.dumps(handle)
            for one in (blocking, client):
                with pytest.raises(TypeError, match="connects a client of its own"):
                    pickle.dumps(one)


@pytest.mark.parametrize(
    ("package", "use", "extra"),
    [
        ("httpx", "parsec_client.httpx", "httpx"),
        ("anyio", "parsec_client.httpx", "httpx"),
        ("requests", "parsec_client.requests", "requests"),
        ("cryptography", "parsec_client.cryptography", "cryptography"),
        ("cryptography", "PUBLIC.to_cryptography()", "cryptography"),
    ],
)
def test_a_missing_package_names_the_extra(
    client: parsec.Client, package: str, use: str, extra: str
) -> None:
    with client.temporary() as key:
        public = key.public_key.to_pem()
    program = (
        f"import sys; sys.modules[{package!r}] = None; import parsec_client\n"
        f"PUBLIC = parsec_client.PublicKey.from_pem({public!r})\n"
        f"try: {use}\nexcept ModuleNotFoundError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert f"pip install 'parsec-client[{extra}]'" in done.stdout
