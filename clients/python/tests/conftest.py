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

import parsec
from relay import Relay

ROOT = Path(__file__).resolve().parents[3]
DEBUG = ROOT / "target" / "debug"
DEADLINE = 60


def eventually(what: str, holds: Callable[[], bool]) -> None:
    """Wait until something holds, and fail with what it was if it never does."""
    until = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.002)


async def eventually_awaited(what: str, holds: Callable[[], bool]) -> None:
    """The same, and let the event loop run meanwhile."""
    until = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < until, what
        await asyncio.sleep(0.002)


class Service:
    """parsec-service on its embedded default, or on every provider."""

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
        assert line, "parsec-test-service ended; its standard error says why"
        response: dict[str, Any] = json.loads(line)
        assert "error" not in response, response["error"]
        return response

    def _command(self, name: str) -> None:
        assert self._launcher.stdin is not None
        self._launcher.stdin.write(f"{name}\n".encode())
        self._launcher.stdin.flush()
        self._response()

    def restart(self) -> None:
        """Start it again on the same state, killing it first if it runs."""
        self._command("restart")

    def kill(self) -> None:
        """End it as a crash would."""
        self._command("kill")

    def pause(self) -> None:
        """Let it answer nothing; its connections stay open."""
        self._command("pause")

    def resume(self) -> None:
        """Let it answer again."""
        self._command("resume")

    def close(self) -> None:
        """End it, and remove what it left."""
        with self._launcher:  # Closes its input, which ends it, and waits for it.
            pass


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    running = Service("default")
    yield running
    running.close()


@pytest.fixture(scope="session")
def direct() -> Iterator[Service]:
    """A service that accepts the names of applications, with the administrator `admin`."""
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
    """A way to the service that may keep back what clients send."""
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
    """The service on every provider: software, two tokens and a TPM, all in software."""
    running = Service("devices")
    yield running
    running.close()
