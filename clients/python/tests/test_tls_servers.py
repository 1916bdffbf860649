"""Servers of other libraries whose private keys stay in the service."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import http.client
import http.server
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import aiohttp.web
import httpx
import pytest
import uvicorn

import parsec_client as parsec
from conftest import DEADLINE, Service, eventually
from test_tls import AUTHORITY, Handler, options

CLIENT = ssl.create_default_context(cadata=AUTHORITY.pem.decode())


def chain(key: Any) -> bytes:
    return AUTHORITY.chain("localhost", key.public_key.to_cryptography())


def server_context(key: Any, **more: Any) -> parsec.tls.ServerContext:
    return parsec.tls.ServerContext(key=key, certificate_chain=chain(key), **more)


def s_client(port: int, tmp_path: Path, *arguments: str) -> str:
    """The output of OpenSSL's client, which requests a page."""
    roots = tmp_path / "authority.pem"
    roots.write_bytes(AUTHORITY.pem)
    done = subprocess.run(
        [
            *("openssl", "s_client", "-connect", f"localhost:{port}", "-servername", "localhost"),
            *("-CAfile", str(roots), "-verify_return_error", "-ign_eof"),
            *arguments,
        ],
        input=b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n",
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )
    return (done.stdout + done.stderr).decode(errors="replace")


async def application(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application."""
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    headers = [(b"content-length", str(len(body) + 7).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"served " + body})


def served(port: int) -> None:
    """Requests pages with Python's own TLS."""
    connection = http.client.HTTPSConnection("localhost", port, timeout=DEADLINE, context=CLIENT)
    for body in (b"small", b"x" * 2_000_000, b"again"):
        connection.request("POST", "/", body)
        assert connection.getresponse().read() == b"served " + body
    connection.close()


@contextlib.contextmanager
def uvicorn_server(context: ssl.SSLContext, *, is_old: bool = False) -> Iterator[int]:
    options: dict[str, Any] = {"lifespan": "off", "log_level": "critical"}
    if not is_old:
        options["ssl_context_factory"] = lambda config, default: context
    config = uvicorn.Config(application, host="127.0.0.1", port=0, **options)
    if is_old:
        config.load()
        config.ssl = context
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        eventually("uvicorn listens", lambda: running.started or not thread.is_alive())
        yield running.servers[0].sockets[0].getsockname()[1]
    finally:
        running.should_exit = True
        thread.join()


@pytest.mark.parametrize(
    "spec", [parsec.ECDSA_P256, parsec.ECDSA_P384, parsec.RSA.with_options(bits=2048)]
)
def test_uvicorn(client: parsec.Client, tmp_path: Path, spec: parsec.SigningSpec) -> None:
    with uvicorn_server(server_context(client.generate("web", spec))) as port:
        served(port)
        output = s_client(port, tmp_path, "-tls1_3")
        assert "Verify return code: 0 (ok)" in output
        assert "served" in output
        assert "Verify return code: 0 (ok)" in s_client(port, tmp_path, "-tls1_2")


def test_uvicorn_without_a_factory_of_contexts(client: parsec.Client) -> None:
    with uvicorn_server(server_context(client.generate("web")), is_old=True) as port:
        served(port)


def test_a_server_with_a_key_of_a_tpm(devices: Service, tmp_path: Path) -> None:
    with parsec.Client(devices.endpoint, application="tls", provider=parsec.Provider.TPM) as client:
        key = client.generate("server")
        with uvicorn_server(server_context(key)) as port:
            served(port)
            assert "Verify return code: 0 (ok)" in s_client(port, tmp_path)
        key.delete()


def test_both_ends_with_keys_of_the_service(client: parsec.Client) -> None:
    key = client.generate("server")
    context = server_context(key, client_roots=AUTHORITY.pem, alpn=["http/1.1"])
    tls = options(client.generate("client"))
    with uvicorn_server(context) as port:
        url = f"https://localhost:{port}/"
        with httpx.Client(transport=parsec.httpx.HttpxTransport(**tls)) as web:
            assert web.post(url, content=b"hi").content == b"served hi"
        with (
            httpx.Client(transport=parsec.httpx.HttpxTransport(roots=AUTHORITY.pem)) as web,
            pytest.raises(httpx.TransportError),
        ):
            web.get(url)


def test_a_client_that_does_not_use_tls_does_not_stop_the_server(client: parsec.Client) -> None:
    with uvicorn_server(server_context(client.generate("web"))) as port:
        for garbage in (b"GET / HTTP/1.0\r\n\r\n", b"", b"\x16\x03\x01\xff\xff" + bytes(100)):
            with socket.create_connection(("127.0.0.1", port), DEADLINE) as plain:
                plain.sendall(garbage)
                plain.shutdown(socket.SHUT_WR)
                while plain.recv(1000):
                    pass
        served(port)


GUNICORN = """
import parsec_client as parsec

bind = "127.0.0.1:0"
workers = 2
certfile = {chain!r}  # gunicorn checks that the file exists
key = parsec.Client({endpoint!r}).open_signing_key("web")
context = parsec.tls.ServerContext(
    key=key, certificate_chain=open(certfile, "rb").read(), alpn={alpn!r}
)


def ssl_context(config, default_ssl_context_factory):
    return context
"""

WSGI = """
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body) + 7))])
    return [b"served " + body]
"""


@contextlib.contextmanager
def gunicorn_server(
    client: parsec.Client, folder: Path, *arguments: str, alpn: tuple[str, ...] = ()
) -> Iterator[int]:
    (folder / "chain.pem").write_bytes(chain(client.generate("web")))
    values = {"chain": str(folder / "chain.pem"), "endpoint": client.endpoint, "alpn": list(alpn)}
    (folder / "settings.py").write_text(GUNICORN.format(**values))
    (folder / "wsgi.py").write_text(WSGI)
    command = [sys.executable, "-m", "gunicorn", "-c", str(folder / "settings.py"), *arguments]
    path = os.pathsep.join(
        [str(folder), str(Path(__file__).parent), str(Path(__file__).parents[1])]
    )
    running = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.PIPE
    )
    assert running.stderr is not None
    log = b""
    try:
        port = None
        while port is None:
            line = running.stderr.readline()
            assert line, log.decode()
            log += line
            found = re.search(rb"Listening at: https://127\.0\.0\.1:(\d+)", log)
            port = int(found[1]) if found else None
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            rest = pool.submit(running.stderr.read)
            try:
                yield port
            finally:
                running.terminate()
                rest.result(DEADLINE)
    finally:
        running.terminate()
        running.wait(DEADLINE)
        running.stderr.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ("-k", "sync", "wsgi:application"),
        ("-k", "gthread", "--threads", "2", "wsgi:application"),
        ("-k", "asgi", "test_tls_servers:application"),
    ],
    ids=lambda arguments: arguments[1],
)
def test_gunicorn(client: parsec.Client, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with gunicorn_server(client, tmp_path, *arguments) as port:
        with httpx.Client(verify=CLIENT) as web:
            for body in (b"small", b"x" * 2_000_000, b"again"):
                url = f"https://localhost:{port}/"
                assert web.post(url, content=body).content == b"served " + body
        output = s_client(port, tmp_path)
        assert "Verify return code: 0 (ok)" in output
        assert "served" in output


def test_http2_with_keys_of_the_service_at_both_ends(client: parsec.Client, tmp_path: Path) -> None:
    arguments = ("-k", "gthread", "--http-protocols", "h2,h1", "wsgi:application")
    with gunicorn_server(client, tmp_path, *arguments, alpn=("h2", "http/1.1")) as port:
        url = f"https://localhost:{port}/"
        tls = options(client.generate("client"))
        with httpx.Client(transport=parsec.httpx.HttpxTransport(http2=True, **tls)) as web:
            answer = web.post(url, content=b"hi")
            assert (answer.http_version, answer.content) == ("HTTP/2", b"served hi")

        async def main() -> None:
            transport = parsec.httpx.AsyncHttpxTransport(http2=True, **tls)
            async with httpx.AsyncClient(transport=transport) as web:
                answers = await asyncio.gather(*(web.post(url, content=b"hi") for _ in range(5)))
                assert {answer.http_version for answer in answers} == {"HTTP/2"}

        asyncio.run(main())


async def test_aiohttp(service: Service, tmp_path: Path) -> None:
    async def serve(request: aiohttp.web.Request) -> aiohttp.web.Response:
        return aiohttp.web.Response(body=b"served " + await request.read())

    async with parsec.aio.Client(service.endpoint) as client, client.temporary() as key:
        site = aiohttp.web.Application(client_max_size=10_000_000)
        site.router.add_route("*", "/", serve)
        runner = aiohttp.web.AppRunner(site)
        await runner.setup()
        listener = aiohttp.web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(key))
        await listener.start()
        port = runner.addresses[0][1]
        try:
            await asyncio.to_thread(served, port)
            context = parsec.tls.ClientContext(roots=AUTHORITY.pem)
            async with (
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as web,
                web.post(f"https://localhost:{port}/", data=b"hi") as answer,
            ):
                assert await answer.read() == b"served hi"
            output = await asyncio.to_thread(s_client, port, tmp_path)
            assert "Verify return code: 0 (ok)" in output
        finally:
            await runner.cleanup()


def test_http_server_of_the_standard_library(client: parsec.Client, tmp_path: Path) -> None:
    context = server_context(client.generate("web"), client_roots=AUTHORITY.pem)
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    thread = threading.Thread(target=running.serve_forever, args=(0.05,))
    thread.start()
    try:
        port = running.server_address[1]
        tls = options(client.generate("client"))
        with httpx.Client(transport=parsec.httpx.HttpxTransport(**tls)) as web:
            answer = web.post(f"https://localhost:{port}/", content=b"hi")
            assert (answer.content, answer.headers["x-peer"]) == (b"hi", "client-of-parsec")
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


async def test_start_server(own_service: Service, tmp_path: Path) -> None:
    async def echo(stream: parsec.tls.TLSStream) -> None:
        while data := await stream.receive(65536):
            await stream.send(data)

    async with parsec.aio.Client(own_service.endpoint) as client:
        context = server_context(await client.generate("web"))
        server = await parsec.tls.start_server(echo, "127.0.0.1", 0, context)
        async with server:
            port = server.sockets[0].getsockname()[1]
            roots = parsec.tls.ClientContext(roots=AUTHORITY.pem)
            stream = await parsec.tls.open_connection("localhost", port, roots)
            # Other connections work while the service does not sign. A new context has no session
            # to resume.
            own_service.pause()
            roots = parsec.tls.ClientContext(roots=AUTHORITY.pem)
            second = asyncio.create_task(parsec.tls.open_connection("localhost", port, roots))
            for _ in range(20):
                await stream.send(b"hello")
                assert await stream.receive(100) == b"hello"
            assert not second.done()
            own_service.resume()
            await (await asyncio.wait_for(second, DEADLINE)).close()
            await stream.close()
            reader, writer = await asyncio.open_connection(
                "localhost", port, ssl=CLIENT, server_hostname="localhost"
            )
            writer.write(b"from ssl")
            assert await reader.readexactly(8) == b"from ssl"
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def test_a_key_of_pkcs1_is_refused_for_tls_1_3(client: parsec.Client, tmp_path: Path) -> None:
    key = client.generate("old", parsec.RSA.with_options(bits=2048, padding="pkcs1"))
    with pytest.raises(parsec.NotSupported, match=r"PKCS #1.*TLS 1\.3.*RFC 8446"):
        server_context(key)
    context = parsec.tls.ServerContext()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.add_identity(key=key, certificate_chain=chain(key))
    with uvicorn_server(context) as port:
        served(port)
        assert "Verify return code: 0 (ok)" in s_client(port, tmp_path, "-tls1_2")


def test_several_certificates_by_name_and_kind(client: parsec.Client, tmp_path: Path) -> None:
    context = server_context(client.generate("ec"))
    rsa = client.generate("rsa", parsec.RSA.with_options(bits=2048))
    context.add_identity(key=rsa, certificate_chain=chain(rsa))
    with uvicorn_server(context) as port:
        assert "ECDSA" in s_client(port, tmp_path)
        only_rsa = s_client(port, tmp_path, "-sigalgs", "rsa_pss_rsae_sha256")
        assert "RSA-PSS" in only_rsa or "rsa_pss" in only_rsa


def test_sides_are_not_confused(client: parsec.Client) -> None:
    key = client.generate("web")
    one, other = socket.socketpair()
    with one, other:
        with pytest.raises(ValueError, match="server_side"):
            server_context(key).wrap_socket(one)
        with pytest.raises(ValueError, match="server_side"):
            parsec.tls.ClientContext(**options(key)).wrap_socket(one, server_side=True)
        with pytest.raises(ValueError, match="server_hostname"):
            parsec.tls.ClientContext(**options(key)).wrap_socket(one)
    with pytest.raises(parsec.InvalidArgument, match="certificate and its key"):
        parsec.tls.ServerContext().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_side=True)
