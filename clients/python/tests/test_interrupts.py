"""Ctrl-C ends blocking calls."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import DEADLINE, Service, eventually
from relay import Relay

PROGRAM = Path(__file__).parent / "interrupted.py"
CALLS = ["random", "sign", "generate", "raw", "pyca", "stream", "tls", "asyncio", "asyncio-tls"]


def start(call: str, endpoint: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), call, endpoint],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROGRAM.parents[1])},
        text=True,
    )


def line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def proceed(program: subprocess.Popen[str]) -> None:
    assert program.stdin is not None
    program.stdin.write("\n")
    program.stdin.flush()


@pytest.mark.parametrize("call", CALLS)
def test_ctrl_c_ends_a_call(relay: Relay, call: str) -> None:
    with start(call, relay.endpoint) as program:
        assert line(program) == "ready"
        relay.hold()
        before = relay.held
        proceed(program)
        # The response is held back until the call has ended, and the call waits for ten minutes.
        eventually("the request is sent", lambda: relay.held > before)
        program.send_signal(signal.SIGINT)
        assert line(program) == "KeyboardInterrupt"
        relay.release()
        # The client works after that.
        proceed(program)
        assert line(program) == "(1, 0)"
        assert program.wait(DEADLINE) == 0


def test_ctrl_c_ends_connecting(tmp_path: Path, service: Service) -> None:
    with socket.socket(socket.AF_UNIX) as full, socket.socket(socket.AF_UNIX) as first:
        full.bind(str(tmp_path / "full.sock"))
        full.listen(0)
        first.connect(str(tmp_path / "full.sock"))
        with start("connect", f"unix:{tmp_path}/full.sock") as program:
            assert line(program) == "ready"
            proceed(program)
            connect = {"x86_64": "42", "aarch64": "203"}[platform.machine()]
            calling = Path(f"/proc/{program.pid}/syscall")
            eventually("it connects", lambda: calling.read_text().split()[0] == connect)
            program.send_signal(signal.SIGINT)
            assert line(program) == "KeyboardInterrupt"
            program.kill()
