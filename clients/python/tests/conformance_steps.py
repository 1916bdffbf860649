"""The steps of conformance cases, as calls of the public API."""

from __future__ import annotations

import inspect
import io
from typing import Any, Callable

from cryptography.hazmat.primitives.asymmetric import utils

import parsec_client as parsec

SPECS: dict[str, parsec.KeySpec] = {
    value.name: value for value in vars(parsec).values() if isinstance(value, parsec.KeySpec)
}
PROVIDERS = {"core": 0, "software": 1, "pkcs11": 2, "tpm": 3, "second-pkcs11": 128}
VERBS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {}


def verb(function: Callable[[Any, dict[str, Any]], Any]) -> Callable[[Any, dict[str, Any]], Any]:
    VERBS[function.__name__.rstrip("_").replace("_", "-")] = function
    return function


def spec_of(value: Any) -> parsec.KeySpec:
    options = {"name": value} if isinstance(value, str) else dict(value)
    name = options.pop("name")
    bits = name.rsplit("-", 1)[1] if name.startswith("rsa") and name[-1].isdigit() else None
    base = SPECS.get(name.removesuffix(f"-{bits}") if bits else name)
    if base is None:
        base = parsec.KeySpec(name)
    elif name == "hmac":
        base = parsec.HMAC_SHA256
    if options.pop("pkcs1", False):
        options["padding"] = "pkcs1"
    if bits:
        options["bits"] = int(bits)
    return base.with_options(**options)


class Case:
    """One case on one provider."""

    def __init__(self, endpoint: str, case: str, provider: int) -> None:
        self._endpoint = endpoint
        self._case = case
        self._provider = provider
        self._clients: dict[tuple[str, int], parsec.Client] = {}
        self.saved: dict[str, bytes] = {}
        self.step: dict[str, Any] = {}

    @property
    def provider(self) -> int:
        on = self.step.get("on")
        return self._provider if on is None else PROVIDERS[on]

    @property
    def client(self) -> parsec.Client:
        application = f"{self.step.get('as', 'web')}-{self._case}-{self._provider}"
        at = (application, self.provider)
        if at not in self._clients:
            self._clients[at] = parsec.Client(
                self._endpoint, application=application, provider=self.provider
            )
        return self._clients[at]

    def bytes(self, name: str, default: bytes | None = None) -> bytes:
        value = self.step.get(name)
        if value is None and default is not None:
            return default
        return self.value(value)

    def value(self, value: Any) -> bytes:
        if isinstance(value, dict):
            return bytes.fromhex(value["repeat"]) * int(value["times"])
        assert isinstance(value, str)
        return self.saved[value[1:]] if value.startswith("$") else bytes.fromhex(value)

    def pieces(self, data: bytes) -> Any:
        size = self.step["pieces"]
        return [data[at : at + size] for at in range(0, len(data), size)]

    def open(self) -> Any:
        return self.client.open(self.step["key"])

    def run(self, step: dict[str, Any]) -> None:
        self.step = step
        wanted = step.get("fails")
        try:
            answer = VERBS[step["do"]](self, step)
        except parsec.ParsecError as error:
            if error.kind != wanted:
                raise
        except (TypeError, ValueError) as error:
            assert wanted == "invalid-argument", f"{step}: {error!r}"
        else:
            assert wanted is None, f"{step} did not fail"
            if "save" in step:
                self.saved[step["save"]] = answer
            if "is" in step:
                assert answer == self.value(step["is"]), step
            if "is-not" in step:
                assert answer != self.value(step["is-not"]), step


def _half(key: Any) -> int:
    description = key.public_key.description
    if description.startswith(("RSA", "Ed25519")):
        return 0
    return int((key.public_key.bits + 7) // 8)


def to_raw(key: Any, signature: bytes) -> bytes:
    half = _half(key)
    if not half:
        return signature
    return b"".join(n.to_bytes(half, "big") for n in utils.decode_dss_signature(signature))


def from_raw(key: Any, signature: bytes) -> bytes:
    half = _half(key)
    if not half or len(signature) != 2 * half:
        return signature
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    return utils.encode_dss_signature(r, s)


@verb
def generate(case: Case, step: dict[str, Any]) -> None:
    case.client.generate(step["key"], spec_of(step["spec"]))


@verb
def get_or_generate(case: Case, step: dict[str, Any]) -> None:
    case.client.get_or_generate(step["key"], spec_of(step["spec"]))


@verb
def import_(case: Case, step: dict[str, Any]) -> None:
    case.client.import_key(step["key"], spec_of(step["spec"]), step["pem"])


@verb
def import_public(case: Case, step: dict[str, Any]) -> None:
    pem = step["pem"]
    material = case.saved[pem[1:]].decode() if pem.startswith("$") else pem
    case.client.import_public(step["key"], material, spec_of(step["spec"]))


@verb
def import_bytes(case: Case, step: dict[str, Any]) -> None:
    case.client.import_key(step["key"], spec_of(step["spec"]), case.bytes("material"))


@verb
def open_(case: Case, step: dict[str, Any]) -> None:
    key = case.open()
    wanted = "Key" if step["role"] == "other" else f"{step['role'].capitalize()}Key"
    assert type(key).__name__ == wanted


@verb
def list_(case: Case, step: dict[str, Any]) -> None:
    assert sorted(info["name"] for info in case.client.keys()) == step["names"]


def _part(match: Any, whole: Any) -> bool:
    if isinstance(match, dict) and isinstance(whole, dict):
        return all(name in whole and _part(inner, whole[name]) for name, inner in match.items())
    if isinstance(match, list) and isinstance(whole, list):
        return len(match) == len(whole) and all(map(_part, match, whole))
    return bool(match == whole)


@verb
def attributes(case: Case, step: dict[str, Any]) -> None:
    found = case.open().attributes
    assert _part(step["match"], found), found


@verb
def public(case: Case, step: dict[str, Any]) -> bytes:
    key = case.open().public_key
    form = step.get("form", "raw")
    if form == "raw":
        return bytes(key.raw)
    return bytes(key.to_der()) if form == "der" else bytes(key.to_pem().encode())


@verb
def sign(case: Case, step: dict[str, Any]) -> bytes:
    key = case.open()
    return to_raw(key, key.sign(case.bytes("message")))


@verb
def sign_hash(case: Case, step: dict[str, Any]) -> bytes:
    key = case.open()
    return to_raw(key, key.sign_digest(case.bytes("hash")))


@verb
def verify(case: Case, step: dict[str, Any]) -> None:
    key = case.open()
    key.verify(from_raw(key, case.bytes("signature")), case.bytes("message"))


@verb
def verify_hash(case: Case, step: dict[str, Any]) -> None:
    key = case.open()
    key.verify_digest(from_raw(key, case.bytes("signature")), case.bytes("hash"))


def _length(key: Any, sealed: int) -> int | None:
    if "ccm" not in str(key.attributes["key_policy"]["key_algorithm"]):
        return None
    return sealed


@verb
def encrypt(case: Case, step: dict[str, Any]) -> bytes:
    key, plaintext, context = case.open(), case.bytes("plaintext"), case.bytes("context", b"")
    if "pieces" not in step:
        return bytes(key.encrypt(plaintext, associated_data=context))
    out = io.BytesIO()
    length = _length(key, len(plaintext))
    key.encrypt_file(case.pieces(plaintext), out, associated_data=context, length=length)
    return out.getvalue()


@verb
def decrypt(case: Case, step: dict[str, Any]) -> bytes:
    key, sealed, context = case.open(), case.bytes("ciphertext"), case.bytes("context", b"")
    if "pieces" not in step:
        return bytes(key.decrypt(sealed, associated_data=context))
    out = io.BytesIO()
    length = _length(key, max(len(sealed) - 28, 0))
    key.decrypt_file(case.pieces(sealed), out, associated_data=context, length=length)
    return out.getvalue()


@verb
def encrypt_to(case: Case, step: dict[str, Any]) -> bytes:
    return bytes(case.open().encrypt(case.bytes("plaintext"), label=case.bytes("label", b"")))


@verb
def decrypt_from(case: Case, step: dict[str, Any]) -> bytes:
    return bytes(case.open().decrypt(case.bytes("ciphertext"), label=case.bytes("label", b"")))


@verb
def mac(case: Case, step: dict[str, Any]) -> bytes:
    key, message = case.open(), case.bytes("message")
    if "pieces" in step:
        return bytes(key.compute_file(case.pieces(message)))
    return bytes(key.compute(message))


@verb
def verify_mac(case: Case, step: dict[str, Any]) -> None:
    key, message, code = case.open(), case.bytes("message"), case.bytes("code")
    if "pieces" in step:
        key.verify_file(code, case.pieces(message))
    else:
        key.verify(code, message)


@verb
def derive_bytes(case: Case, step: dict[str, Any]) -> bytes:
    return bytes(case.open().derive_bytes(case.bytes("info"), step["length"]))


@verb
def derive_key(case: Case, step: dict[str, Any]) -> None:
    case.open().derive_key(case.bytes("info"), step["new"], spec_of(step["spec"]))


@verb
def agree(case: Case, step: dict[str, Any]) -> None:
    spec = spec_of(step["spec"])
    case.open().agree_key(case.bytes("peer"), case.bytes("info"), step["new"], spec)


@verb
def export(case: Case, step: dict[str, Any]) -> bytes:
    return bytes(case.open().export_private())


@verb
def copy(case: Case, step: dict[str, Any]) -> None:
    case.open().copy(step["new"])


@verb
def rename(case: Case, step: dict[str, Any]) -> None:
    case.open().rename(step["new"])


@verb
def delete(case: Case, step: dict[str, Any]) -> None:
    case.open().delete()


@verb
def wrap(case: Case, step: dict[str, Any]) -> bytes:
    return bytes(case.open().wrap(step["target"]))


@verb
def unwrap(case: Case, step: dict[str, Any]) -> None:
    case.open().unwrap(case.bytes("wrapped"), step["new"], spec_of(step["spec"]))


@verb
def random(case: Case, step: dict[str, Any]) -> bytes:
    out = case.client.random(step["count"])
    assert len(out) == step["count"]
    return out


@verb
def hash_(case: Case, step: dict[str, Any]) -> bytes:
    message = case.bytes("message")
    if "pieces" in step:
        return case.client.hash_file(case.pieces(message), step["algorithm"])
    return case.client.hash(message, step["algorithm"])


def _plain(case: Case, value: Any) -> Any:
    if isinstance(value, dict):
        if list(value) == ["hex"]:
            return case.value(value["hex"])
        if list(value) == ["text"]:
            return value["text"].encode()
        return {name: _plain(case, inner) for name, inner in value.items()}
    return [_plain(case, inner) for inner in value] if isinstance(value, list) else value


@verb
def raw(case: Case, step: dict[str, Any]) -> Any:
    operation = getattr(case.client.raw, step["operation"])
    fields = _plain(case, step["input"])
    if "provider" in inspect.signature(operation).parameters:
        fields.setdefault("provider", case.provider)
    answer = operation(**fields)
    wanted = _plain(case, step.get("output", {}))
    assert _part(wanted, answer), f"{answer} has not {wanted}"
    return answer[step["field"]] if "field" in step else None
