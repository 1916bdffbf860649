"""Mutual TLS against Python's own server, which demands a client certificate."""

from __future__ import annotations

import asyncio
import datetime
import http.server
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import parsec_client as parsec
from conftest import DEADLINE, Service, eventually_awaited
from relay import Relay

PEM = serialization.Encoding.PEM
BODY = b"x" * 3_000_000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        peer: Any = self.connection.getpeercert()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Peer", peer["subject"][0][0][1])
        self.send_header("X-Port", str(self.client_address[1]))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        # Sends the whole response before it reads the request.
        length = int(self.headers["Content-Length"])
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(bytes(length))
        self.rfile.read(length)

    def do_GET(self) -> None:
        # Closes a connection that the client may keep.
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    closed = 0

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.closed += 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # Some tests expect that the server refuses the client.

    def finish_request(self, request: Any, client_address: Any) -> None:
        # Runs in the thread of the connection, not in the one that accepts.
        request.do_handshake()
        super().finish_request(request, client_address)


def issue(
    subject: str, public: Any, issuer: str, signer: Any, *, authority: bool = False
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(f"CN={subject}"))
        .issuer_name(x509.Name.from_rfc4514_string(f"CN={issuer}"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(usage(authority), critical=True)
        .sign(signer, hashes.SHA256())
    )


def usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


class Authority:
    def __init__(self, name: str) -> None:
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = issue(name, self.key.public_key(), name, self.key, authority=True)
        self.pem = self.certificate.public_bytes(PEM)

    def chain(self, subject: str, public: Any) -> bytes:
        return issue(subject, public, self.name, self.key).public_bytes(PEM)


AUTHORITY = Authority("authority")


@pytest.fixture
def server(running: Server) -> int:
    return int(running.server_address[1])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Server]:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "server.pem").write_bytes(pem + AUTHORITY.chain("localhost", key.public_key()))
    (tmp_path / "roots.pem").write_bytes(AUTHORITY.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    context.load_verify_locations(tmp_path / "roots.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["http/1.1"])
    running = Server(("127.0.0.1", 0), Handler)
    running.socket = context.wrap_socket(
        running.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=running.serve_forever, args=(0.05,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def options(key: Any, authority: Authority = AUTHORITY) -> dict[str, Any]:
    chain = authority.chain("client-of-parsec", key.public_key.to_cryptography())
    return {"key": key, "certificate_chain": chain, "roots": AUTHORITY.pem}


def exchange(port: int, key: parsec.SigningKey) -> None:
    with httpx.Client(transport=parsec.httpx.HttpxTransport(**options(key))) as web:
        ports = set()
        for body in (b"small", BODY, b"again"):
            answer = web.post(f"https://localhost:{port}/", content=body)
            assert answer.content == body
            assert answer.headers["x-peer"] == "client-of-parsec"
            ports.add(answer.headers["x-port"])
        assert len(ports) == 1, "the connection is kept"


@pytest.mark.parametrize(
    "spec", [parsec.ECDSA_P256, parsec.ECDSA_P384, parsec.RSA.with_options(bits=2048)]
)
def test_httpx_with_a_key_of_the_service(
    client: parsec.Client, server: int, spec: parsec.SigningSpec
) -> None:
    exchange(server, client.generate("web", spec))


def test_httpx_with_a_key_of_a_tpm(devices: Service, server: int) -> None:
    with parsec.Client(devices.endpoint, application="tls", provider=parsec.Provider.TPM) as client:
        key = client.generate("web")
        assert key.provider is parsec.Provider.TPM
        exchange(server, key)
        key.delete()


async def test_async_httpx(service: Service, server: int) -> None:
    async with parsec.aio.Client(service.endpoint) as client, client.temporary() as key:
        transport = parsec.httpx.AsyncHttpxTransport(**options(key))
        async with httpx.AsyncClient(transport=transport) as web:
            url = f"https://localhost:{server}/"
            answers = await asyncio.gather(
                *(web.post(url, content=body) for body in (b"one", BODY, b"three"))
            )
            assert [len(answer.content) for answer in answers] == [3, len(BODY), 5]


def test_a_socket(client: parsec.Client, server: int) -> None:
    key = client.generate("web")
    plain = socket.create_connection(("127.0.0.1", server), DEADLINE)
    with parsec.tls.wrap_socket(
        plain, server_hostname="localhost", alpn=["http/1.1"], **options(key)
    ) as tls:
        assert tls.version() == "TLSv1.3"
        assert tls.selected_alpn_protocol() == "http/1.1"
        assert (
            x509.load_der_x509_certificate(
                tls.getpeercert(binary_form=True)
            ).subject.rfc4514_string()
            == "CN=localhost"
        )
        tls.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
        answer = b""
        while not answer.endswith(b"\r\n\r\nhi"):
            answer += tls.recv(1000)
        assert answer.startswith(b"HTTP/1.1 200")


# More than the buffers of both ends hold.
LARGE = 32_000_000
PUT = b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % LARGE + bytes(LARGE)


def test_a_socket_receives_while_it_cannot_send(client: parsec.Client, server: int) -> None:
    key = client.generate("web")
    plain = socket.create_connection(("127.0.0.1", server), DEADLINE)
    tls = parsec.tls.wrap_socket(plain, server_hostname="localhost", **options(key))
    with tls, ThreadPoolExecutor(1) as pool:
        sending = pool.submit(tls.sendall, PUT)
        received = 0
        while received < LARGE:
            piece = tls.recv(65536)
            assert piece
            received += len(piece)
        sending.result(DEADLINE)


async def test_a_stream_receives_while_it_cannot_send(service: Service, server: int) -> None:
    async with parsec.aio.Client(service.endpoint) as client, client.temporary() as key:
        context = parsec.tls.ClientContext(**options(key))
        stream = await parsec.tls.open_connection("localhost", server, context)
        sending = asyncio.create_task(stream.send(PUT))
        received = 0
        while received < LARGE:
            piece = await asyncio.wait_for(stream.receive(65536), DEADLINE)
            assert piece
            received += len(piece)
        await asyncio.wait_for(sending, DEADLINE)
        await stream.close()


async def test_a_cancelled_handshake_does_not_wait_for_the_signature(
    relay: Relay, server: int
) -> None:
    async with parsec.aio.Client(relay.endpoint) as client, client.temporary() as key:
        context = parsec.tls.ClientContext(**options(key))
        relay.hold()
        opening = asyncio.create_task(parsec.tls.open_connection("localhost", server, context))
        await eventually_awaited("the signature is requested", lambda: relay.held == 1)
        assert not opening.done()
        opening.cancel()
        # The response with the signature is held back.
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(opening, DEADLINE)
        relay.release()


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def test_httpx_raises_timeouts_of_the_service(own_service: Service, server: int) -> None:
    with parsec.Client(own_service.endpoint) as client:
        transport = parsec.httpx.HttpxTransport(
            **options(client.generate("web").with_options(timeout=0.5))
        )
        own_service.pause()
        try:
            with (
                httpx.Client(transport=transport) as web,
                pytest.raises(httpx.TransportError) as raised,
            ):
                web.post(f"https://localhost:{server}/", content=b"x")
            assert any(isinstance(cause, parsec.TimedOut) for cause in causes(raised.value))
        finally:
            own_service.resume()


def test_the_server_refuses_an_untrusted_certificate(client: parsec.Client, server: int) -> None:
    key = client.generate("web")
    transport = parsec.httpx.HttpxTransport(**options(key, Authority("stranger")))
    with httpx.Client(transport=transport) as web, pytest.raises(httpx.TransportError) as raised:
        web.post(f"https://localhost:{server}/", content=b"x")
    # The server may close before its alert is read.
    assert re.search(r"(?i)alert|certificate|reset|pipe", str(raised.value))


def test_the_client_refuses_an_untrusted_server(client: parsec.Client, server: int) -> None:
    key = client.generate("web")
    mine = {**options(key), "roots": Authority("other").pem}
    plain = socket.create_connection(("127.0.0.1", server), DEADLINE)
    with plain, pytest.raises(parsec.tls.CertificateError, match=r"(?i)issuer") as raised:
        parsec.tls.wrap_socket(plain, server_hostname="localhost", **mine)
    assert isinstance(raised.value, parsec.Protocol)
    assert isinstance(raised.value, ssl.SSLCertVerificationError)


def test_a_certificate_of_another_key_is_refused(client: parsec.Client) -> None:
    one, two = client.generate("one"), client.generate("two")
    with pytest.raises(parsec.InvalidArgument):
        parsec.tls.ClientContext(**{**options(one), "key": two})
    with pytest.raises(parsec.InvalidArgument):
        parsec.tls.ClientContext(key=one, certificate_chain=b"no PEM")
    with pytest.raises(ValueError, match="must be given together"):
        parsec.tls.ClientContext(key=one)
