"""Runs the examples of every docstring and of the README."""

from __future__ import annotations

import ast
import asyncio
import doctest
import http.client
import http.server
import importlib
import inspect
import io
import pkgutil
import re
import socket
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import requests

import parsec_client as parsec
from conftest import Service
from test_tls import AUTHORITY, Handler, running, server

__all__ = ["running", "server"]

MODULES = ["parsec_client"] + [
    module.name
    for module in pkgutil.walk_packages(parsec.__path__, "parsec_client.")
    if not module.name.endswith("_native") and "_generated" not in module.name
]


class _Finder(doctest.DocTestFinder):
    """Finds the examples of methods, whose module is not the public one of their class."""

    def _from_module(self, module: ModuleType, object: Any) -> bool:
        if inspect.isfunction(object) and "." in object.__qualname__:
            return object.__module__.startswith("parsec_client")
        return super()._from_module(module, object)  # type: ignore[misc]


FINDER = _Finder(exclude_empty=True)


def examples() -> list[doctest.DocTest]:
    found: dict[str, doctest.DocTest] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        for test in FINDER.find(module, name):
            if test.examples:
                found[test.name] = test
    return list(found.values())


def run(test: doctest.DocTest, loop: asyncio.AbstractEventLoop) -> list[str]:
    """Run an example like doctest, with top-level `await` as in `python -m asyncio`."""
    failures = []
    for example in test.examples:
        out: list[str] = []
        test.globs["print"] = lambda *values, out=out: out.append(" ".join(map(str, values)))
        test.globs["__show"] = lambda value, out=out: value is None or out.append(repr(value))
        tree = ast.fix_missing_locations(_Show().visit(ast.parse(example.source)))
        code = compile(tree, test.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, test.globs)
        if inspect.iscoroutine(result):
            loop.run_until_complete(result)
        got = "".join(line + "\n" for line in out)
        if not doctest.OutputChecker().check_output(example.want, got, doctest.ELLIPSIS):
            failures.append(f"{example.source}wanted {example.want}got {got}")
    return failures


class _Show(ast.NodeTransformer):
    """Prints the values of expressions, as an interactive session does."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        call = ast.Call(ast.Name("__show", ast.Load()), [node.value], [])
        return ast.Expr(call)


def issue(public: parsec.PublicKey) -> bytes:
    """Issue a certificate by an authority that the server trusts."""
    return AUTHORITY.chain("client-of-parsec", public.to_cryptography())


@pytest.mark.parametrize("test", examples(), ids=lambda test: test.name)
def test_example(
    test: doctest.DocTest,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setenv("PARSEC_SERVICE_ENDPOINT", service.endpoint)
    test.globs = {"parsec": parsec, "asyncio": asyncio, "io": io}
    if re.search(r"parsec\.(tls|httpx|requests)", test.docstring):
        test.globs |= {
            "http": http,
            "handler": Handler,
            "requests": requests,
            "httpx": httpx,
            "socket": socket,
            "roots": AUTHORITY.pem,
            "issue": issue,
        }
        test.globs["port"] = request.getfixturevalue("server")
    loop = asyncio.new_event_loop()
    try:
        failures = run(test, loop)
        # The last object is closed in the next iteration of the loop.
        loop.run_until_complete(asyncio.sleep(0))
    finally:
        loop.close()
        with parsec.Client() as client:
            for info in client.keys():
                client.open(info["name"]).delete()
    assert not failures, "\n".join(failures)


def test_there_are_many_examples() -> None:
    assert len(examples()) > 25


README = (Path(__file__).parent.parent / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.S)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_the_readmes_samples_run(
    number: int, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARSEC_SERVICE_ENDPOINT", service.endpoint)
    source = BLOCKS[number]
    exec(compile(source, f"README.md sample {number}", "exec"), {"__name__": "__main__"})
    with parsec.Client() as client:
        for info in client.keys():
            client.open(info["name"]).delete()


def test_the_readme_has_samples() -> None:
    assert len(BLOCKS) >= 3
