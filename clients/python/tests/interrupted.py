"""A program that makes one call which does not return: for the tests of Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import io
import ssl
import sys
from typing import Any, Callable

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

import parsec_client as parsec

ENDPOINT = sys.argv[2]


def self_signed(key: Any) -> bytes:
    name = x509.Name.from_rfc4514_string("CN=localhost")
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name)
        .public_key(key.public_key.to_cryptography())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key.as_cryptography(), hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def careless() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def handshake(key: Any) -> Callable[[], object]:
    context = parsec.tls.ServerContext(key=key, certificate_chain=self_signed(key))
    hello, answer = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = careless().wrap_bio(answer, hello)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return context.wrap_bio(hello, answer, server_side=True).do_handshake


def in_asyncio(work: Callable[[], Any]) -> Callable[[], object]:
    return lambda: asyncio.run(work())


async def sign_in_asyncio() -> None:
    async with parsec.aio.Client(ENDPOINT, timeout=600) as client:
        await (await client.open_signing_key("interrupted")).sign(b"x")


def served_in_asyncio(key: Any) -> Callable[[], object]:
    context = parsec.tls.ServerContext(key=key, certificate_chain=self_signed(key))

    async def nothing(stream: parsec.tls.TLSStream) -> None:
        pass

    async def main() -> None:
        server = await parsec.tls.start_server(nothing, "127.0.0.1", 0, context)
        port = server.sockets[0].getsockname()[1]
        await asyncio.open_connection("127.0.0.1", port, ssl=careless())

    return in_asyncio(main)


def main() -> None:
    client = parsec.Client(ENDPOINT, timeout=600)
    if sys.argv[1] == "connect":
        call: Callable[[], object] = client.ping
    else:
        key = client.get_or_generate("interrupted")
        vault = client.get_or_generate("interrupted-vault", parsec.AES_256_GCM)
        calls: dict[str, Callable[[], Callable[[], object]]] = {
            "random": lambda: lambda: client.random(16),
            "sign": lambda: lambda: key.sign(b"x"),
            "generate": lambda: lambda: client.generate("never", parsec.RSA),
            "raw": lambda: client.raw.ping,
            "pyca": lambda: lambda: key.as_cryptography().sign(b"x", _ecdsa()),
            "stream": lambda: lambda: vault.encrypt_file(io.BytesIO(b"x"), io.BytesIO()),
            "tls": lambda: handshake(key),
            "asyncio": lambda: in_asyncio(sign_in_asyncio),
            "asyncio-tls": lambda: served_in_asyncio(key),
        }
        call = calls[sys.argv[1]]()
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        call()
        print("returned", flush=True)
    except BaseException as error:
        print(type(error).__name__, flush=True)
    sys.stdin.readline()
    print(client.ping(), flush=True)


def _ecdsa() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.ECDSA(hashes.SHA256())


main()
