import subprocess
from typing import Iterator

import parsec_client as parsec
import pytest


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A service for this test run; its keys are deleted at the end."""
    command = ["parsec-service", "--ephemeral"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service:
        yield service.stdout.readline().strip()
        service.terminate()


@pytest.fixture
def client(endpoint: str, request: pytest.FixtureRequest) -> Iterator[parsec.Client]:
    """A client that sees only the keys of its test."""
    with parsec.Client(endpoint, application=request.node.name) as client:
        yield client


def test_signs(client: parsec.Client) -> None:
    key = client.generate("web-tls")
    key.verify(key.sign(b"hello"), b"hello")
