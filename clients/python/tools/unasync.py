"""Make the blocking client of the async one: `parsec/_sync` of `parsec/aio`.

`python tools/unasync.py` writes; `--check` only says whether what is there is current.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "parsec"
FILES = tuple(sorted(path.name for path in (PACKAGE / "aio").glob("_[a-z]*.py")))
HEADER = "# Made of parsec/aio/{name} by tools/unasync.py; do not edit.\n"

RULES = [
    (re.compile(pattern), text)
    for pattern, text in [
        (r"\basync (def|with|for)\b", r"\1"),
        (r"\bawait ", ""),
        (r"\b__a(enter|exit|iter|next)__\b", r"__\1__"),
        (r"\bAsyncGenerator\[Any, None\]", "Generator[Any, None, None]"),
        (r"\bAsync(Generator|Iterable|Iterator|Raw)\b", r"\1"),
        (r"_native\.Async", "_native."),
        (r"\bKeySpec\[Any, K\]", "KeySpec[K, Any]"),
        (r"\bparsec\.aio\.Client\b", "parsec.Client"),
        (r"\basynccontextmanager\b", "contextmanager"),
        (r"\bAbstractAsyncContextManager\b", "AbstractContextManager"),
        (r"\basyncio\.to_thread\((\w[\w.]*), ", r"\1("),
        (r"\basyncio\.to_thread\((\w[\w.]*)\)", r"\1()"),
        (r"\bparsec\.aio\b", "parsec"),
    ]
]


def blocking(name: str) -> str:
    """The blocking text of one file."""
    lines = []
    for line in (PACKAGE / "aio" / name).read_text().splitlines():
        if line.rstrip().endswith("# async only"):
            continue
        for pattern, text in RULES:
            line = pattern.sub(text, line)  # noqa: PLW2901
        lines.append(line)
    text = HEADER.format(name=name) + "\n".join(lines) + "\n"
    at = str(PACKAGE / "_sync" / name)
    ruff = [sys.executable, "-m", "ruff"]
    # The imports of both flavours fall together, and asyncio is not needed.
    fix = [*ruff, "check", "--fix", "--quiet", "--select", "I,F401", "--stdin-filename", at, "-"]
    text = subprocess.run(fix, input=text, text=True, check=True, stdout=subprocess.PIPE).stdout
    form = [*ruff, "format", "--quiet", "--stdin-filename", at, "-"]
    return subprocess.run(form, input=text, text=True, check=True, stdout=subprocess.PIPE).stdout


def main() -> int:
    """Write, or compare."""
    stale = []
    for name in FILES:
        target = PACKAGE / "_sync" / name
        text = blocking(name)
        if target.exists() and target.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            target.write_text(text)
    if stale and "--check" in sys.argv:
        print(f"parsec/_sync is stale: {', '.join(stale)}; run python tools/unasync.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
