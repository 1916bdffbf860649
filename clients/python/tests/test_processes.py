"""Forks, threads, event loops, cancellation, timeouts and restarts."""

from __future__ import annotations

import asyncio
import contextlib
import io
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

import parsec_client as parsec
from conftest import DEADLINE, Service, eventually, eventually_awaited
from relay import Relay

FORK = multiprocessing.get_context("fork")
EXTENDED = "PARSEC_TEST_EXTENDED" in os.environ


def _sign(key: parsec.SigningKey, answer: object) -> None:
    signature = key.sign(b"child")
    key.verify(signature, b"child")
    answer.put(signature)  # type: ignore[attr-defined]


def test_a_forked_child_and_its_parent_both_continue(client: parsec.Client) -> None:
    key = client.generate("forked")
    key.sign(b"before")
    answer = FORK.SimpleQueue()
    children = [FORK.Process(target=_sign, args=(key, answer)) for _ in range(3)]
    for child in children:
        child.start()
    for _ in range(50):
        key.verify(key.sign(b"parent"), b"parent")
    for child in children:
        child.join(DEADLINE)
        assert child.exitcode == 0
        key.verify(answer.get(), b"child")


def _sign_async(key: parsec.aio.SigningKey, answer: object) -> None:
    async def work() -> bytes:
        signatures = await asyncio.gather(*(key.sign(b"child") for _ in range(10)))
        await key.verify(signatures[0], b"child")
        return signatures[0]

    answer.put(asyncio.run(work()))  # type: ignore[attr-defined]


def test_a_forked_child_creates_a_new_runtime(service: Service) -> None:
    answer = FORK.SimpleQueue()

    async def parent() -> None:
        async with parsec.aio.Client(service.endpoint) as client, client.temporary() as key:
            for _ in range(3):
                busy = [asyncio.ensure_future(key.sign(b"parent")) for _ in range(20)]
                await asyncio.sleep(0)
                child = FORK.Process(target=_sign_async, args=(key, answer))
                child.start()
                for signature in await asyncio.gather(*busy):
                    await key.verify(signature, b"parent")
                await asyncio.to_thread(child.join, DEADLINE)
                assert child.exitcode == 0
                await key.verify(answer.get(), b"child")

    asyncio.run(asyncio.wait_for(parent(), 2 * DEADLINE))


def test_a_bare_fork_does_not_hang(service: Service) -> None:
    async def once() -> None:
        async with parsec.aio.Client(service.endpoint) as client:
            assert len(await client.random(8)) == 8

    asyncio.run(once())
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            asyncio.run(asyncio.wait_for(once(), DEADLINE))
            code = 0
        os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    asyncio.run(once())


def test_children_forked_while_threads_are_busy_do_not_hang(service: Service) -> None:
    client = parsec.Client(service.endpoint)
    client.ping()
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            client.ping()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(500 if EXTENDED else 100):
            child = os.fork()
            if child == 0:
                signal.alarm(DEADLINE)  # Ends the child if it hangs.
                code = 1
                with contextlib.suppress(BaseException):
                    client.ping()
                    code = 0
                os._exit(code)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_a_fork_does_not_wait_for_calls_in_flight(relay: Relay) -> None:
    client = parsec.Client(relay.endpoint)
    client.ping()
    relay.hold()
    waiting = threading.Thread(target=client.ping)
    waiting.start()
    eventually("the call waits", lambda: relay.held == 1)
    child = os.fork()
    if child == 0:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert waiting.is_alive()
    relay.release()
    waiting.join(DEADLINE)
    assert not waiting.is_alive()


def test_other_threads_run_while_a_call_waits(relay: Relay) -> None:
    client = parsec.Client(relay.endpoint)
    client.ping()
    relay.hold()
    waiting = threading.Thread(target=client.ping)
    waiting.start()
    eventually("the call waits", lambda: relay.held == 1)
    count = 0
    while count <= 1000:
        count += 1
    assert waiting.is_alive()
    relay.release()
    waiting.join(DEADLINE)
    assert not waiting.is_alive()


async def test_the_event_loop_runs_while_a_call_waits(relay: Relay) -> None:
    async with parsec.aio.Client(relay.endpoint) as client:
        relay.hold()
        call = asyncio.ensure_future(client.ping())
        await eventually_awaited("the call waits", lambda: relay.held == 1)
        ticks = 0
        for _ in range(20):
            await asyncio.sleep(0)
            ticks += 1
        assert ticks == 20
        assert not call.done()
        relay.release()
        assert await call == (1, 0)


def open_files() -> int:
    return sum(os.path.exists(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd"))


async def test_a_cancelled_call_stops_waiting(relay: Relay) -> None:
    async with parsec.aio.Client(relay.endpoint) as client:
        relay.hold()
        before = open_files()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.ping(), 0.1)
        calls = [asyncio.ensure_future(client.ping()) for _ in range(100)]
        await eventually_awaited("calls wait", lambda: relay.held >= 10)
        for call in calls:
            call.cancel()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        # Cancelled calls close their sockets.
        await eventually_awaited("their sockets are closed", lambda: open_files() <= before + 10)
        relay.release()
        assert await client.ping() == (1, 0)


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """A socket that accepts connections and never responds."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "silent.sock"))
        listener.listen(64)
        yield f"unix:{tmp_path / 'silent.sock'}"


def test_a_blocking_call_times_out(silent: str) -> None:
    start = time.monotonic()
    with pytest.raises(parsec.TimedOut) as raised:
        parsec.Client(silent, timeout=0.2).ping()
    assert isinstance(raised.value, TimeoutError)
    assert time.monotonic() - start > 0.15


async def test_an_awaited_call_times_out(silent: str) -> None:
    with pytest.raises(parsec.TimedOut):
        await parsec.aio.Client(silent, timeout=0.2).ping()


def test_a_call_takes_a_timeout(own_service: Service) -> None:
    with parsec.Client(own_service.endpoint) as client, client.temporary() as key:
        own_service.pause()
        with pytest.raises(parsec.TimedOut) as raised:
            key.sign(b"x", timeout=0.2)
        own_service.resume()
        assert raised.value.operation == "psa_sign_hash"
        assert raised.value.key_name == key.name


def test_every_method_takes_a_timeout(own_service: Service) -> None:
    client = parsec.Client(own_service.endpoint)
    backup = client.generate("backup", parsec.AES_KEY_WRAP)
    vault = client.generate("vault", parsec.AES_256_GCM)
    signer = client.generate("signer")
    calls: list[Callable[[], object]] = [
        lambda: client.hash_file([b"x"], timeout=0.1),
        lambda: client.import_key("new", parsec.AES_256_GCM, bytes(32), timeout=0.1),
        lambda: client.import_public("new", signer.public_key, timeout=0.1),
        lambda: client.keys(timeout=0.1),
        lambda: client.open("new", timeout=0.1),
        lambda: vault.encrypt_file([b"x"], io.BytesIO(), timeout=0.1),
        lambda: vault.decrypt_file([bytes(64)], io.BytesIO(), timeout=0.1),
        lambda: vault.copy("new", timeout=0.1),
        lambda: vault.rename("new", timeout=0.1),
        lambda: vault.export_private(timeout=0.1),
        lambda: signer.sign_file([b"x"], timeout=0.1),
        lambda: backup.wrap(vault, timeout=0.1),
    ]
    own_service.pause()
    for call in calls:
        with pytest.raises(parsec.TimedOut):
            call()
    own_service.resume()


def test_handles_outlive_a_restart_of_the_service(own_service: Service) -> None:
    with parsec.Client(own_service.endpoint) as client:
        key = client.generate("lasting")
        signature = key.sign(b"before")
        own_service.kill()
        with pytest.raises(parsec.ServiceUnavailable) as raised:
            key.sign(b"down")
        assert isinstance(raised.value, ConnectionError)
        assert raised.value.retryable
        own_service.restart()
        key.verify(signature, b"before")


def test_many_threads_share_a_client(client: parsec.Client) -> None:
    key = client.generate("shared")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                key.verify(key.sign(b"m"), b"m")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_client_works_on_successive_event_loops(service: Service) -> None:
    async def once(client: parsec.aio.Client) -> None:
        await client.ping()

    client = parsec.aio.Client(service.endpoint)
    for _ in range(5):
        asyncio.run(once(client))
