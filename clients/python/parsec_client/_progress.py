"""Progress of long operations."""

from __future__ import annotations

import io
import sys
from typing import IO, Any


class Progress:
    """Reports progress to a function or on a line of a terminal."""

    def __init__(self, wanted: Any, what: str, stream: IO[str] | None = None) -> None:
        if wanted is not None and not isinstance(wanted, bool) and not callable(wanted):
            raise TypeError(
                f"argument 'progress': a function or a bool is needed, not {type(wanted).__name__}"
            )
        # Without a terminal at all, Python has no standard error.
        out: IO[str] = stream or sys.stderr or io.StringIO()
        self._done = 0
        self._call = wanted if callable(wanted) else None
        self._line = out if wanted is True and out.isatty() else None
        self._what = what

    def add(self, count: int) -> None:
        """Adds a number of processed bytes."""
        self._done += count
        if self._call is not None:
            self._call(self._done)
        if self._line is not None:
            self._line.write(f"\r{self._what}: {self._done / 1e6:.1f} MB")
            self._line.flush()

    def end(self) -> None:
        """Ends the report."""
        if self._line is not None:
            self._line.write("\n")
            self._line.flush()
