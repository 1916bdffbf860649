"""A running service for tests: the real one, which parsec-test-service starts and stops."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

import parsec_client as parsec
from relay import Relay

ROOT = Path(__file__).resolve().parents[3]
DEBUG = ROOT / "target" / "debug"
DEADLINE = 60


def eventually(what: str, holds: Callable[[], bool]) -> None:
    """Wait until a condition is true, and fail with its description after a timeout."""
    until = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.002)


async def eventually_awaited(what: str, holds: Callable[[], bool]) -> None:
    """The same, without blocking the event loop."""
    until = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < until, what
        await asyncio.sleep(0.002)


class Service:
    """parsec-service with the embedded default configuration, or with every provider."""

    def __init__(self, kind: str) -> None:
        launcher = os.environ.get("PARSEC_TEST_SERVICE", str(DEBUG / "parsec-test-service"))
        environment = {**os.environ}
        environment.setdefault("PARSEC_SERVICE_BINARY", str(DEBUG / "parsec-service"))
        self._launcher = subprocess.Popen(
            [launcher, f"--{kind}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        started = self._response()
        self.endpoint: str = started["endpoint"]
        self.socket = Path(started["socket"])

    def _response(self) -> dict[str, Any]:
        assert self._launcher.stdout is not None
        line = self._launcher.stdout.readline()
        assert line, "parsec-test-service ended; its standard error has the reason"
        response: dict[str, Any] = json.loads(line)
        assert "error" not in response, response["error"]
        return response

    def _command(self, name: str) -> None:
        assert self._launcher.stdin is not None
        self._launcher.stdin.write(f"{name}\n".encode())
        self._launcher.stdin.flush()
        self._response()

    def restart(self) -> None:
        """Restart the service with the same state; kill it first if it runs."""
        self._command("restart")

    def kill(self) -> None:
        """Kill the service, as in a crash."""
        self._command("kill")

    def pause(self) -> None:
        """Pause the service; its connections stay open."""
        self._command("pause")

    def resume(self) -> None:
        """Resume the service."""
        self._command("resume")

    def close(self) -> None:
        """Stop the service, and remove its files."""
        with self._launcher:  # Closes its input, which ends it, and waits for it.
            pass


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    running = Service("default")
    yield running
    running.close()


@pytest.fixture(scope="session")
def direct() -> Iterator[Service]:
    """A service with the direct authenticator, and the administrator `admin`."""
    running = Service("direct")
    yield running
    running.close()


@pytest.fixture
def own_service() -> Iterator[Service]:
    """A service that a test may kill."""
    running = Service("default")
    yield running
    running.close()


@pytest.fixture
def relay(service: Service, tmp_path: Path) -> Iterator[Relay]:
    """A relay to the service that can hold requests back."""
    with Relay(service.socket, tmp_path / "relay.sock") as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[parsec.Client]:
    with parsec.Client(service.endpoint) as connected:
        yield connected
        for info in connected.keys():
            connected.open(info["name"]).delete()


@pytest.fixture(scope="session")
def devices() -> Iterator[Service]:
    """A service with every provider: software, two emulated tokens and an emulated TPM."""
    running = Service("devices")
    yield running
    running.close()
