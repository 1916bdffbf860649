"""The logger ``parsec_client``: it receives operations, names of keys and durations, never data."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Generator
from contextlib import AbstractContextManager

_logger = logging.getLogger("parsec_client")
_nothing: AbstractContextManager[None] = contextlib.nullcontext()


def timed(operation: str, name: str = "") -> AbstractContextManager[None]:
    """Logs how long the block takes, if the level is enabled."""
    return _timed(operation, name) if _logger.isEnabledFor(logging.DEBUG) else _nothing


@contextlib.contextmanager
def _timed(operation: str, name: str) -> Generator[None, None, None]:
    start = time.perf_counter()
    result = "failed"
    try:
        yield
        result = "done"
    except BaseException as error:
        result = f"failed with {type(error).__name__}"
        raise
    finally:
        milliseconds = (time.perf_counter() - start) * 1000
        _logger.debug("%s %r %s in %.2f ms", operation, name, result, milliseconds)
