"""A running service for tests: the real one, on a socket and in folders of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import parsec

ROOT = Path(__file__).resolve().parents[3]
DEBUG = ROOT / "target" / "debug"


class Service:
    """parsec-service on its embedded default: peer credentials, the software provider."""

    def __init__(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="parsec-python-")
        self.folder = Path(self._scratch.name)
        for name in ("state", "run"):
            (self.folder / name).mkdir(mode=0o700)
        self.socket = self.folder / "run" / "parsec.sock"
        self.endpoint = f"unix:{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        binary = os.environ.get("PARSEC_SERVICE_BINARY", str(DEBUG / "parsec-service"))
        environment = {**os.environ, "STATE_DIRECTORY": str(self.folder / "state")}
        environment["RUNTIME_DIRECTORY"] = str(self.folder / "run")
        environment.pop("PARSEC_SERVICE_ENDPOINT", None)
        environment.pop("NOTIFY_SOCKET", None)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([binary], env=environment, stderr=log)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with socket.socket(socket.AF_UNIX) as trial:
                    trial.connect(str(self.socket))
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"the service did not start: {(self.folder / 'log').read_text()}")

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """Let it answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{self._process.pid}/task")
        while not all(") T" in (task / "stat").read_text() for task in tasks.iterdir()):
            time.sleep(0.001)

    def resume(self) -> None:
        """Let it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it, and remove what it left."""
        if self._process is not None and self._process.poll() is None:
            self.resume()
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self._scratch.cleanup()


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    running = Service()
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def own_service() -> Iterator[Service]:
    """A service that a test may kill."""
    running = Service()
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def client(service: Service) -> Iterator[parsec.Client]:
    with parsec.Client(service.endpoint) as connected:
        yield connected
        for info in connected.keys():
            connected.open(info["name"]).delete()


@pytest.fixture(scope="session")
def devices() -> Iterator[dict[str, object]]:
    """The service on every provider: software, two tokens and a TPM, all in software."""
    binary = os.environ.get("PARSEC_TEST_SERVICE", str(DEBUG / "parsec-test-service"))
    environment = {**os.environ}
    environment.setdefault("PARSEC_SERVICE_BINARY", str(DEBUG / "parsec-service"))
    process = subprocess.Popen(
        [binary, "--devices"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        line = process.stdout.readline()
        assert line, "parsec-test-service ended"
        yield json.loads(line)
    process.wait(30)
