"""Reading and writing in pieces: files, iterables and what the service makes of them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import IO, Any, Callable, Union

from .. import _native
from .._bytes import PIECE, Bytes
from .._progress import Progress

#: A function that is told how many bytes are done, or True for a line on a terminal.
ProgressLike = Union[bool, Callable[[int], object], None]
#: Where pieces come from: a binary file, or anything that gives bytes-like pieces.
Source = Union[IO[bytes], Iterable[Bytes], AsyncIterable[Bytes]]

#: Decrypted data waits here until it is known to be genuine: in memory up to so many bytes.
SPOOL = 8 * 1024 * 1024


def _gives_pieces(source: object) -> bool:
    # Each of the first is iterable, too, but what it gives is no piece.
    whole = isinstance(source, (bytes, bytearray, memoryview, str))
    return not whole and hasattr(source, "__iter__")


async def pieces(source: Any, progress: Progress) -> AsyncIterator[Any]:
    """The pieces of a source, one after the other."""
    if hasattr(source, "read"):
        while piece := await asyncio.to_thread(source.read, PIECE):
            progress.add(len(piece))
            yield piece
    elif hasattr(source, "__aiter__"):  # async only
        async for piece in source:  # async only
            progress.add(len(piece))  # async only
            yield piece  # async only
    elif not _gives_pieces(source):
        raise TypeError(
            "argument 'source': a binary file or an iterable of bytes is needed, "
            f"not {type(source).__name__}"
        )
    else:
        for piece in source:
            progress.add(len(piece))
            yield piece


async def through(stream: _native.AsyncStream, source: Any, target: Any, progress: Progress) -> int:
    """Put a source through a stream into a file; bytes written."""
    written = 0
    try:
        async for piece in pieces(source, progress):
            out = await stream.update(piece)
            if out:
                written += await asyncio.to_thread(_write, target, out)
        out = await stream.finish()
        if out:
            written += await asyncio.to_thread(_write, target, out)
    except BaseException:
        await stream.abort()
        raise
    progress.end()
    return written


async def result(stream: _native.AsyncStream, source: Any, progress: Progress) -> bytes:
    """Put a source through a stream that gives something only at its end."""
    try:
        async for piece in pieces(source, progress):
            await stream.update(piece)
        out = await stream.finish()
    except BaseException:
        await stream.abort()
        raise
    progress.end()
    return out


async def genuine(stream: _native.AsyncStream, source: Any, target: Any, progress: Progress) -> int:
    """As through, but nothing reaches the target before all of it is known to be genuine."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
        written = await through(stream, source, spool, progress)
        spool.seek(0)
        while piece := await asyncio.to_thread(spool.read, PIECE):
            await asyncio.to_thread(_write, target, piece)
    return written


def _write(target: Any, data: bytes) -> int:
    rest = memoryview(data)
    while rest:
        count = target.write(rest)
        # Buffered files take all; raw ones say how much.
        rest = rest[len(rest) if count is None else count :]
    return len(data)


async def digest(hasher: Any, source: Any, progress: Progress) -> bytes:
    """The hash of a source, made here."""
    async for piece in pieces(source, progress):
        await asyncio.to_thread(hasher.update, piece)
    progress.end()
    out: bytes = hasher.digest()
    return out


__all__ = ["ProgressLike", "Source", "digest", "genuine", "pieces", "result", "through"]
