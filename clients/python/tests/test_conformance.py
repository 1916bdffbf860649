"""The conformance cases of all languages: one named test for each case and provider."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

import parsec_client as parsec
from conformance_steps import Case
from conftest import ROOT, Service

FOLDER = ROOT / "tests" / "conformance"
FAMILIES = {1: "software", 2: "pkcs11", 3: "tpm", 128: "pkcs11"}
CASES: list[dict[str, Any]] = [
    case
    for path in sorted((FOLDER / "cases").rglob("*.json"))
    for case in json.loads(path.read_text())["cases"]
]


def known_failing() -> dict[tuple[str, int], str]:
    path = FOLDER / "known-failing" / "python.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    parts = [line.split(None, 2) for line in lines if line.strip() and line[0] != "#"]
    return {(case, int(provider)): reason for case, provider, reason in parts}


KNOWN = known_failing()


@pytest.fixture(scope="module")
def report() -> Iterator[dict[str, dict[str, str]]]:
    results: dict[str, dict[str, str]] = {str(number): {} for number in FAMILIES}
    yield results
    for number, of in results.items():
        print(f"provider {number}:", dict(Counter(r.split(":")[0] for r in of.values())))
    if "PARSEC_CONFORMANCE_REPORT" in os.environ:
        with open(os.environ["PARSEC_CONFORMANCE_REPORT"], "w") as out:
            json.dump({"language": "python", "results": results}, out, indent=1)


def lacking(case: dict[str, Any], provider: int, endpoint: str) -> str | None:
    """The first need that does not hold."""
    specs = json.loads((FOLDER / "specs.json").read_text()) if case.get("needs") else {}
    specs = specs.get("specs", specs)
    application = f"web-{case['id']}-{provider}"
    client = parsec.Client(endpoint, application=application, provider=provider)
    for need in case.get("needs", []):
        check, name = need.split(":")
        if check == "opcode":
            if name not in client.operations(provider):
                return str(need)
            continue
        for attributes in specs[name]:
            try:
                client.raw.can_do_crypto(check_type=check, attributes=attributes, provider=provider)
            except parsec.NotSupported:
                continue
            break
        else:
            return str(need)
    return None


def result_of(case: dict[str, Any], provider: int, endpoint: str) -> str:
    """Return the result of a case; raise an error if it fails."""
    family = FAMILIES[provider]
    if "on" in case and family not in case["on"]:
        return f"skipped: only on {', '.join(case['on'])}"
    unable = family in case.get("not-on", [])
    if not unable and (need := lacking(case, provider, endpoint)) is not None:
        return f"skipped: needs {need}"
    running = Case(endpoint, case["id"], provider)
    try:
        for step in case["steps"]:
            running.run(step)
    except parsec.NotSupported:
        if unable:
            return f"skipped: not on {family}"
        raise
    assert not unable, f"{case['id']} passes on {family}, which not-on excludes"
    return "passed"


@pytest.mark.parametrize("provider", FAMILIES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(
    case: dict[str, Any],
    provider: int,
    devices: Service,
    report: dict[str, dict[str, str]],
) -> None:
    known = KNOWN.get((case["id"], provider))
    try:
        result = result_of(case, provider, devices.endpoint)
    except (parsec.ParsecError, AssertionError, TypeError, ValueError) as error:
        if known is None:
            report[str(provider)][case["id"]] = f"failed: {error}"
            raise
        result = f"known-failing: {known}"
    else:
        assert known is None, f"{case['id']} passes on {provider}: remove the known failure"
    report[str(provider)][case["id"]] = result
    if known is not None:
        pytest.xfail(known)
    if result.startswith("skipped"):
        pytest.skip(result.removeprefix("skipped: "))


def test_there_are_cases() -> None:
    assert len(CASES) > 10
