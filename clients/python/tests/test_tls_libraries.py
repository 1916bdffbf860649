"""Clients of other libraries whose certificates have keys of the service."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests
import trio
import urllib3

import parsec_client as parsec
from conftest import DEADLINE, Service, eventually, eventually_awaited
from test_tls import AUTHORITY, Authority, Server, options, running, server

__all__ = ["running", "server"]


def test_httpx_opens_a_connection_after_the_server_closed_one(
    client: parsec.Client, running: Server, server: int
) -> None:
    transport = parsec.httpx.HttpxTransport(**options(client.generate("web")))
    with httpx.Client(transport=transport) as web:
        for count in (1, 2, 3):
            assert web.get(f"https://localhost:{server}/").content == b"hi"
            eventually("the server has closed", lambda count=count: running.closed == count)


@pytest.mark.parametrize("library", ["asyncio", "trio"])
def test_async_httpx_opens_a_connection_after_the_server_closed_one(
    client: parsec.Client, running: Server, server: int, library: str
) -> None:
    tls = options(client.generate("web"))

    async def main() -> None:
        transport = parsec.httpx.AsyncHttpxTransport(**tls)
        async with httpx.AsyncClient(transport=transport) as web:
            for count in (1, 2, 3):
                assert (await web.get(f"https://localhost:{server}/")).content == b"hi"
                eventually("the server has closed", lambda count=count: running.closed == count)
            posted = await web.post(f"https://localhost:{server}/", content=b"x" * 1_000_000)
            assert len(posted.content) == 1_000_000

    if library == "trio":
        trio.run(main)
    else:
        asyncio.run(main())


async def test_httpx_runs_other_tasks_while_the_service_signs(
    own_service: Service, server: int
) -> None:
    async with parsec.aio.Client(own_service.endpoint) as client:
        transport = parsec.httpx.AsyncHttpxTransport(**options(await client.generate("web")))
        own_service.pause()
        async with httpx.AsyncClient(transport=transport) as web:
            getting = asyncio.create_task(web.get(f"https://localhost:{server}/"))
            for _ in range(50):
                await asyncio.sleep(0.001)
            assert not getting.done()
            own_service.resume()
            assert (await asyncio.wait_for(getting, DEADLINE)).content == b"hi"


def test_httpx_refuses_options_that_would_not_be_honoured() -> None:
    for transport in (parsec.httpx.HttpxTransport, parsec.httpx.AsyncHttpxTransport):
        with pytest.raises(TypeError, match="argument 'verify'"):
            transport(verify=False)
        with pytest.raises(TypeError, match="unknown"):
            transport(unknown=1)


def test_httpx_with_a_context(client: parsec.Client, server: int) -> None:
    context = parsec.tls.ClientContext(**options(client.generate("web")))
    with httpx.Client(verify=context) as web:
        assert web.get(f"https://localhost:{server}/").content == b"hi"


def test_requests(
    client: parsec.Client,
    running: Server,
    server: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority("other").pem)
    adapter = parsec.requests.TLSAdapter(**options(client.generate("web")))
    url = f"https://localhost:{server}/"
    with requests.Session() as web:
        web.trust_env = False
        web.mount("https://", adapter)
        posted = web.post(url, data=b"x" * 100_000, timeout=DEADLINE)
        assert (len(posted.content), posted.headers["x-peer"]) == (100_000, "client-of-parsec")
        for count in (1, 2, 3):
            assert web.get(url, timeout=DEADLINE).content == b"hi"
            eventually("the server has closed", lambda count=count: running.closed == count)
        with pytest.raises(parsec.NotSupported, match="verify"):
            web.get(url, verify=False)
        with pytest.raises(parsec.NotSupported, match="verify"):
            web.get(url, verify=str(tmp_path / "mine.pem"))
        with pytest.raises(parsec.NotSupported, match="cert"):
            web.get(url, cert="client.pem")
        # The environment is for requests whose adapter has no roots.
        web.trust_env = True
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
        assert web.get(url, timeout=DEADLINE).content == b"hi"
    tls = {**options(client.generate("other")), "roots": None}
    with requests.Session() as web:
        web.mount("https://", parsec.requests.TLSAdapter(**tls))
        # The file names no authority of the server until it is written again.
        with pytest.raises(requests.exceptions.SSLError):
            web.get(url, timeout=DEADLINE)
        other.write_bytes(AUTHORITY.pem)
        web.mount("https://", parsec.requests.TLSAdapter(**tls))
        assert web.get(url, timeout=DEADLINE).content == b"hi"


def test_requests_refuses_another_authority(client: parsec.Client, server: int) -> None:
    tls = {**options(client.generate("web")), "roots": Authority("other").pem}
    with requests.Session() as web:
        web.trust_env = False
        web.mount("https://", parsec.requests.TLSAdapter(**tls))
        with pytest.raises(requests.exceptions.SSLError, match="certificate"):
            web.get(f"https://localhost:{server}/", timeout=DEADLINE)


def test_urllib3(client: parsec.Client, running: Server, server: int) -> None:
    context = parsec.tls.ClientContext(**options(client.generate("web")))
    url = f"https://localhost:{server}/"
    with urllib3.PoolManager(ssl_context=context) as pool:
        for count in (1, 2, 3):
            assert pool.request("GET", url).data == b"hi"
            eventually("the server has closed", lambda count=count: running.closed == count)
    for refused in ({"cert_reqs": "CERT_NONE"}, {"assert_hostname": False}):
        with (
            urllib3.PoolManager(ssl_context=context, **refused) as pool,
            pytest.raises(parsec.NotSupported, match="always checked"),
        ):
            pool.request("GET", url)
    other = parsec.tls.ClientContext(roots=Authority("other").pem)
    with (
        urllib3.PoolManager(ssl_context=other) as pool,
        pytest.raises(urllib3.exceptions.MaxRetryError) as raised,
    ):
        pool.request("GET", url, retries=0)
    assert isinstance(raised.value.reason, urllib3.exceptions.SSLError)


async def test_aiohttp(service: Service, running: Server, server: int) -> None:
    async with parsec.aio.Client(service.endpoint) as client, client.temporary() as key:
        context = parsec.tls.ClientContext(**options(key))
        url = f"https://localhost:{server}/"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as web:
            async with web.post(url, data=b"x" * 1_000_000) as posted:
                assert len(await posted.read()) == 1_000_000
                assert posted.headers["x-peer"] == "client-of-parsec"
            for count in (1, 2, 3):
                async with web.get(url) as got:
                    assert await got.read() == b"hi"
                await eventually_awaited(
                    "the server has closed", lambda count=count: running.closed == count
                )
        other = parsec.tls.ClientContext(roots=Authority("other").pem)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=other)) as web:
            with pytest.raises(aiohttp.ClientConnectorError, match="certificate"):
                await web.get(url)


def test_trio(client: parsec.Client, server: int) -> None:
    context = parsec.tls.ClientContext(**options(client.generate("web")))

    async def main() -> bytes:
        plain = await trio.open_tcp_stream("localhost", server)
        stream = trio.SSLStream(plain, context, server_hostname="localhost", https_compatible=True)
        await stream.send_all(b"GET / HTTP/1.0\r\n\r\n")
        received = b""
        async for piece in stream:
            received += piece
        await stream.aclose()
        return received

    assert trio.run(main).endswith(b"hi")


def test_the_standard_library(client: parsec.Client, server: int) -> None:
    context = parsec.tls.ClientContext(**options(client.generate("web")))
    connection = http.client.HTTPSConnection("localhost", server, timeout=DEADLINE, context=context)
    connection.request("POST", "/", b"hello")
    assert connection.getresponse().read() == b"hello"
    tls = connection.sock
    assert isinstance(tls, ssl.SSLSocket)
    assert tls.version() == "TLSv1.3"
    assert tls.cipher() in {
        ("TLS_AES_128_GCM_SHA256", "TLSv1.3", 128),
        ("TLS_AES_256_GCM_SHA384", "TLSv1.3", 256),
    }
    assert (tls.pending(), tls.compression(), tls.session_reused) == (0, None, False)
    binary = tls.getpeercert(binary_form=True)
    assert binary is not None
    assert tls.getpeercert() == decoded_by_openssl(binary)
    tls.settimeout(0.01)
    with pytest.raises(socket.timeout):
        tls.recv(1)
    tls.setblocking(False)
    with pytest.raises(ssl.SSLWantReadError):
        tls.recv(1)
    connection.close()
    assert tls.fileno() == -1


def decoded_by_openssl(der: bytes) -> object:
    """Python's own dictionary, which it makes of a file."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(ssl.DER_cert_to_PEM_cert(der))
        file.flush()
        return ssl._ssl._test_decode_cert(file.name)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change",
    [
        lambda context: context.set_ciphers("ALL"),
        lambda context: context.load_cert_chain("file.pem"),
        lambda context: setattr(context, "verify_mode", ssl.CERT_NONE),
        lambda context: setattr(context, "check_hostname", False),
        lambda context: setattr(context, "options", ssl.OP_NO_TLSv1_3),
        lambda context: setattr(context, "minimum_version", ssl.TLSVersion.TLSv1),
        lambda context: setattr(context, "keylog_filename", "secrets"),
        lambda context: setattr(context, "sni_callback", print),
        lambda context: context.load_default_certs(),
        lambda context: context.load_verify_locations(capath="/etc/ssl/certs"),
        lambda context: context.set_ecdh_curve("prime256v1"),
    ],
)
def test_a_context_refuses_what_it_cannot_do(change: object) -> None:
    context = parsec.tls.ClientContext(roots=AUTHORITY.pem)
    assert callable(change)
    with pytest.raises(parsec.NotSupported):
        change(context)


def test_every_attribute_of_a_context_is_decided() -> None:
    """A new attribute of Python's contexts must not be inherited without effect."""
    neutral = {"protocol", "security_level", "num_tickets", "sslsocket_class", "sslobject_class"}
    public = {name for name in dir(ssl.SSLContext) if not name.startswith("_")}
    decided = {name for kind in parsec.tls.ClientContext.__mro__[:2] for name in vars(kind)}
    assert public - decided - neutral == set()


@pytest.mark.parametrize(
    ("ours", "theirs", "neutral"),
    [
        (parsec.tls.TLSSocket, ssl.SSLSocket, {"accept", "recvmsg", "recvmsg_into", "sendmsg"}),
        (parsec.tls.TLSObject, ssl.SSLObject, set()),
    ],
)
def test_every_method_of_a_connection_is_decided(
    ours: type, theirs: type, neutral: set[str]
) -> None:
    public = {name for name in vars(theirs) if not name.startswith("_")}
    decided = {name for kind in ours.__mro__[:2] for name in vars(kind)}
    assert public - decided - neutral - {"server_side", "server_hostname"} == set()
