"""Calls per second, as JSON, for `parsec-bench-languages`.

PARSEC_SERVICE_ENDPOINT is the endpoint of the service, PARSEC_BENCH_SECONDS the duration of each
run. Missing keys are generated. Blocking runs use one thread; asyncio runs have several calls in
flight.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any, Callable

import parsec_client as parsec

SECONDS = float(os.environ.get("PARSEC_BENCH_SECONDS", "2"))
MESSAGE = b"a message of a typical length, as in a real signature"
SMALL = bytes([7]) * 64
#: The largest message that fits into a request.
LARGE = bytes([7]) * (1024 * 1024 - 4096)
WARM = 10


def operations(client: Any, sign: Any, seal: Any, signature: bytes) -> dict[str, Callable[[], Any]]:
    """The measured calls by their names, the same for both clients."""
    return {
        "ping": client.ping,
        "sign-p256": lambda: sign.sign(MESSAGE),
        "verify-p256": lambda: sign.verify(signature, MESSAGE),
        "encrypt-64": lambda: seal.encrypt(SMALL),
        "encrypt-1m": lambda: seal.encrypt(LARGE),
        "random-32": lambda: client.random(32),
    }


def run(operation: str, mode: str, concurrency: int, rate: float) -> dict[str, object]:
    return {
        "operation": operation,
        "mode": mode,
        "concurrency": concurrency,
        "calls_per_second": rate,
    }


def blocking_rate(call: Callable[[], Any]) -> float:
    for _ in range(WARM):
        call()
    calls, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < SECONDS:
        call()
        calls += 1
    return calls / passed


def blocking() -> list[dict[str, object]]:
    with parsec.Client() as client:
        sign = client.get_or_generate("bench-sign")
        seal = client.get_or_generate("bench-seal", parsec.AES_256_GCM)
        calls = operations(client, sign, seal, sign.sign(MESSAGE))
        return [run(name, "blocking", 1, blocking_rate(call)) for name, call in calls.items()]


async def awaited_rate(call: Callable[[], Any], concurrency: int) -> float:
    for _ in range(WARM):
        await call()
    calls, start = 0, time.perf_counter()

    async def work() -> None:
        nonlocal calls
        while time.perf_counter() - start < SECONDS:
            await call()
            calls += 1

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return calls / (time.perf_counter() - start)


async def awaited() -> list[dict[str, object]]:
    async with parsec.aio.Client() as client:
        sign = await client.get_or_generate("bench-sign")
        seal = await client.get_or_generate("bench-seal", parsec.AES_256_GCM)
        calls = operations(client, sign, seal, await sign.sign(MESSAGE))
        return [
            run(name, "async", concurrency, await awaited_rate(call, concurrency))
            for name, call in calls.items()
            for concurrency in (1, 16)
        ]


def main() -> None:
    print(json.dumps({"language": "python", "runs": blocking() + asyncio.run(awaited())}))


if __name__ == "__main__":
    main()
