"""Calls per second, as JSON: `python bench/calls.py [SECONDS]`.

PARSEC_SERVICE_ENDPOINT says where the service is. Each figure is from one process: blocking with
one thread, and asyncio with so many calls at a time.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable
from typing import Any, Callable

import parsec
import parsec.aio

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
SMALL, LARGE = b"x" * 64, b"x" * 1_000_000


def calls(client: Any, sign: Any, vault: Any, signature: bytes) -> dict[str, Callable[[], Any]]:
    return {
        "raw-ping": client.raw.ping,
        "sign-p256": lambda: sign.sign(SMALL),
        "verify-p256": lambda: sign.verify(signature, SMALL),
        "aes-gcm-64": lambda: vault.encrypt(SMALL),
        "aes-gcm-1mb": lambda: vault.encrypt(LARGE),
        "random-32": lambda: client.random(32),
    }


def blocking() -> dict[str, float]:
    out = {}
    # The key that signs, and the one that encrypts.
    with (
        parsec.Client() as client,
        client.temporary() as sign,
        client.temporary(parsec.AES_256_GCM) as vault,
    ):
        for name, call in calls(client, sign, vault, sign.sign(SMALL)).items():
            call()
            count, start = 0, time.perf_counter()
            while (passed := time.perf_counter() - start) < SECONDS:
                call()
                count += 1
            out[name] = round(count / passed, 1)
    return out


async def awaited(at_once: int) -> dict[str, float]:
    out = {}
    # The key that signs, and the one that encrypts.
    async with (
        parsec.aio.Client() as client,
        client.temporary() as sign,
        client.temporary(parsec.AES_256_GCM) as vault,
    ):
        for name, call in calls(client, sign, vault, await sign.sign(SMALL)).items():
            await call()
            out[name] = await rate(call, at_once)
    return out


async def rate(call: Callable[[], Awaitable[Any]], at_once: int) -> float:
    count, start = 0, time.perf_counter()

    async def work() -> None:
        nonlocal count
        while time.perf_counter() - start < SECONDS:
            await call()
            count += 1

    await asyncio.gather(*(work() for _ in range(at_once)))
    return round(count / (time.perf_counter() - start), 1)


def main() -> None:
    print(
        json.dumps(
            {
                "language": "python",
                "unit": "calls per second",
                "seconds": SECONDS,
                "blocking-1": blocking(),
                "asyncio-1": asyncio.run(awaited(1)),
                "asyncio-16": asyncio.run(awaited(16)),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
