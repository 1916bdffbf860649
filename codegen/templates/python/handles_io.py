{% let c = self.0 -%}
# {{ c.banner("io") }}
"""Data in pieces: files, iterables, and streams of the service."""

from __future__ import annotations
{% if c.is_blocking() %}
import io
import tempfile
from collections.abc import Iterable, Iterator
{%- else %}
import asyncio
import io
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Iterable
{%- endif %}
from typing import IO, Any, Callable, Union

from .. import _native
from .._bytes import PIECE, Bytes
from .._checks import data
from .._progress import Progress

#: A function that receives the number of bytes done, or True for a line on a terminal.
ProgressLike = Union[bool, Callable[[int], object], None]
#: A binary file, or an iterable of bytes-like pieces.
Source = Union[IO[bytes], Iterable[Bytes]{% if !c.is_blocking() %}, AsyncIterable[Bytes]{% endif %}]

#: How many bytes of decrypted data are kept in memory until all of it is authenticated.
SPOOL = 8 * 1024 * 1024


def _gives_pieces(source: object) -> bool:
    # These are iterables of numbers or letters, not of pieces.
    whole = isinstance(source, (bytes, bytearray, memoryview, str))
    return not whole and hasattr(source, "__iter__")


def _checked(piece: Any, progress: Progress) -> Any:
    if isinstance(piece, str):
        raise TypeError(
            "argument 'source': bytes are needed, not str: open the file with the mode 'rb', or "
            "encode the text"
        )
    progress.add(len(data(piece, "source")))
    return piece


def writable(target: Any) -> Any:
    """Returns the target if it is a binary file."""
    if not hasattr(target, "write") or isinstance(target, io.TextIOBase):
        raise TypeError(
            f"argument 'target': a file that was opened with the mode 'wb' is needed, "
            f"not {type(target).__name__}"
        )
    return target


{{ c.a }}def pieces(source: Any, progress: Progress) -> {% if !c.is_blocking() %}Async{% endif %}Iterator[Any]:
    """The pieces of a source, one after the other."""
    if hasattr(source, "read"):
        while piece := {% if c.is_blocking() %}source.read(PIECE){% else %}await asyncio.to_thread(source.read, PIECE){% endif %}:
            yield _checked(piece, progress)
{%- if !c.is_blocking() %}
    elif hasattr(source, "__aiter__"):
        async for piece in source:
            yield _checked(piece, progress)
{%- endif %}
    elif not _gives_pieces(source):
        raise TypeError(
            "argument 'source': a binary file or an iterable of bytes is needed, "
            f"not {type(source).__name__}"
        )
    else:
        for piece in source:
            yield _checked(piece, progress)


{{ c.a }}def through(
    stream: _native.{{ c.native }}Stream,
    source: Any,
    target: Any,
    progress: Progress,
) -> int:
    """Sends a source through a stream into a file, and returns the number of bytes written."""
    written = 0
    try:
        {{ c.a }}for piece in pieces(source, progress):
            out = {{ c.w }}stream.update(piece)
            if out:
                written += {% if c.is_blocking() %}_write(target, out){% else %}await asyncio.to_thread(_write, target, out){% endif %}
        out = {{ c.w }}stream.finish()
        if out:
            written += {% if c.is_blocking() %}_write(target, out){% else %}await asyncio.to_thread(_write, target, out){% endif %}
    except BaseException:
        {{ c.w }}stream.abort()
        raise
    progress.end()
    return written


{{ c.a }}def result(stream: _native.{{ c.native }}Stream, source: Any, progress: Progress) -> bytes:
    """Sends a source through a stream that returns something only at its end."""
    try:
        {{ c.a }}for piece in pieces(source, progress):
            {{ c.w }}stream.update(piece)
        out = {{ c.w }}stream.finish()
    except BaseException:
        {{ c.w }}stream.abort()
        raise
    progress.end()
    return out


{{ c.a }}def genuine(
    stream: _native.{{ c.native }}Stream,
    source: Any,
    target: Any,
    progress: Progress,
) -> int:
    """As `through`, but writes nothing to the target before all data is authenticated."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
        written = {{ c.w }}through(stream, source, spool, progress)
        spool.seek(0)
        while piece := {% if c.is_blocking() %}spool.read(PIECE){% else %}await asyncio.to_thread(spool.read, PIECE){% endif %}:
            {% if c.is_blocking() %}_write(target, piece){% else %}await asyncio.to_thread(_write, target, piece){% endif %}
    return written


def _write(target: Any, output: bytes) -> int:
    rest = memoryview(output)
    while rest:
        count = target.write(rest)
        # Buffered files take all data; raw ones return how much.
        rest = rest[len(rest) if count is None else count :]
    return len(output)


{{ c.a }}def digest(hasher: Any, source: Any, progress: Progress) -> bytes:
    """The hash of a source, calculated here."""
    {{ c.a }}for piece in pieces(source, progress):
        {% if c.is_blocking() %}hasher.update(piece){% else %}await asyncio.to_thread(hasher.update, piece){% endif %}
    progress.end()
    out: bytes = hasher.digest()
    return out


__all__ = ["ProgressLike", "Source", "digest", "genuine", "pieces", "result", "through", "writable"]
