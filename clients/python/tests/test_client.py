"""The client and keys of every role, against a running service."""

from __future__ import annotations

import io

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

import parsec_client as parsec
from conftest import Service


def test_finds_the_service_through_the_environment(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARSEC_SERVICE_ENDPOINT", service.endpoint)
    with parsec.Client() as client:
        assert client.ping() == (1, 0)
        assert client.endpoint == service.endpoint


def test_a_key_signs_and_openssl_verifies(client: parsec.Client) -> None:
    key = client.generate("web-tls")
    signature = key.sign(b"hello")
    key.verify(signature, b"hello")
    public = key.public_key.to_cryptography()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, b"hello", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(parsec.InvalidSignature):
        key.verify(signature, b"goodbye")
    with pytest.raises(parsec.InvalidSignature):
        key.verify(b"no signature", b"hello")


@pytest.mark.parametrize(
    "make", [bytes, bytearray, memoryview, lambda data: memoryview(b"x" + data)[1:]]
)
def test_accepts_any_bytes_like_object(client: parsec.Client, make: object) -> None:
    assert callable(make)
    with client.temporary(parsec.HMAC_SHA256) as key:
        assert key.compute(make(b"data")) == key.compute(b"data")


def test_encrypts(client: parsec.Client) -> None:
    vault = client.generate("vault", parsec.AES_256_GCM)
    sealed = vault.encrypt(b"secret", associated_data=b"v1")
    assert vault.decrypt(sealed, associated_data=b"v1") == b"secret"
    with pytest.raises(parsec.DecryptionFailed):
        vault.decrypt(sealed, associated_data=b"v2")
    for length in (0, 11, 12, 27, len(sealed) - 1):
        with pytest.raises(parsec.DecryptionFailed):
            vault.decrypt(sealed[:length], associated_data=b"v1")


def test_streams(client: parsec.Client) -> None:
    with client.temporary(parsec.AES_256_GCM) as key:
        plain = b"0123456789" * 100_000
        sealed = io.BytesIO()
        seen: list[int] = []
        count = key.encrypt_file(io.BytesIO(plain), sealed, progress=seen.append)
        assert count == len(sealed.getvalue()) == len(plain) + 28
        assert seen[-1] == len(plain)
        assert key.decrypt(sealed.getvalue()) == plain
        opened = io.BytesIO()
        assert key.decrypt_file([sealed.getvalue()], opened) == len(plain)
        assert opened.getvalue() == plain
        broken = bytearray(sealed.getvalue())
        broken[500_000] ^= 1
        target = io.BytesIO()
        with pytest.raises(parsec.DecryptionFailed):
            key.decrypt_file(io.BytesIO(broken), target)
        assert target.getvalue() == b""


def test_hashes_signs_and_authenticates_files(client: parsec.Client) -> None:
    data = b"abc" * 200_000
    assert client.hash_file(io.BytesIO(data)) == client.hash(data)
    with client.temporary() as key:
        signature = key.sign_file(io.BytesIO(data))
        key.verify(signature, data)
        with pytest.raises(parsec.InvalidSignature):
            key.verify_file(signature, [data, b"more"])
    with client.temporary(parsec.HMAC_SHA256) as mac:
        code = mac.compute_file([data])
        assert code == mac.compute(data)
        mac.verify_file(code, io.BytesIO(data))
        with pytest.raises(parsec.InvalidSignature):
            mac.verify_file(code, io.BytesIO(data[1:]))


def test_decrypts_derives_agrees_and_wraps(client: parsec.Client) -> None:
    with client.temporary(parsec.RSA_OAEP.with_options(bits=2048)) as box:
        sealed = box.encrypt(b"short", label=b"l")
        assert box.decrypt(sealed, label=b"l") == b"short"
        with pytest.raises(parsec.DecryptionFailed):
            box.decrypt(sealed, label=b"m")
    with client.temporary(parsec.HKDF) as secret:
        assert secret.derive_bytes(b"a", 16) != secret.derive_bytes(b"b", 16)
        derived = secret.derive_key(b"a", "derived", parsec.AES_256_GCM)
        assert derived.decrypt(derived.encrypt(b"x")) == b"x"
    one = client.generate("one", parsec.ECDH_P256)
    two = client.generate("two", parsec.ECDH_P256)
    ours = one.agree_key(two.public_key, b"chat", "ours", parsec.AES_256_GCM)
    theirs = two.agree_key(one.public_key.raw, b"chat", "theirs", parsec.AES_256_GCM)
    assert theirs.decrypt(ours.encrypt(b"hello")) == b"hello"
    backup = client.generate("backup", parsec.AES_KEY_WRAP)
    key = client.generate("kept", parsec.ECDSA_P256.with_options(exportable=True))
    again = backup.unwrap(backup.wrap(key), "again", parsec.ECDSA_P256)
    assert again.public_key == key.public_key


def test_imports_keys_by_attributes(client: parsec.Client) -> None:
    pair = ec.generate_private_key(ec.SECP256R1())
    made = client.import_key("made", parsec.ECDSA_P256, pair)
    spec = parsec.KeySpec.from_attributes(dict(made.attributes))
    pem = pair.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for name, material in (("object", pair), ("pem", pem), ("text", pem.decode())):
        key = client.import_key(name, spec, material)
        assert isinstance(key, parsec.SigningKey)
        assert key.public_key == made.public_key
    vault = client.generate("vault", parsec.AES_256_GCM)
    exact = parsec.KeySpec.from_attributes(dict(vault.attributes))
    assert isinstance(client.import_key("bytes", exact, bytes(32)), parsec.SymmetricKey)


def test_imports_encrypted_keys(client: parsec.Client) -> None:
    pair = ec.generate_private_key(ec.SECP256R1())
    formats = (
        (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8),
        (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8),
        (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH),
    )
    locked = serialization.BestAvailableEncryption(b"secret")
    made = client.import_key("made", parsec.ECDSA_P256, pair)
    for number, (encoding, form) in enumerate(formats):
        material = pair.private_bytes(encoding, form, locked)
        name = f"locked-{number}"
        key = client.import_key(name, parsec.ECDSA_P256, material, passphrase="secret")
        assert key.public_key == made.public_key
        with pytest.raises(parsec.InvalidArgument, match="give its pass phrase"):
            client.import_key("x", parsec.ECDSA_P256, material)
        with pytest.raises(parsec.InvalidArgument, match="does not decrypt the key"):
            client.import_key("x", parsec.ECDSA_P256, material, passphrase="other")
    with pytest.raises(parsec.InvalidArgument, match="is not encrypted"):
        client.import_key("x", parsec.ECDSA_P256, pair, passphrase="secret")
    with pytest.raises(TypeError, match="passphrase"):
        client.import_key("x", parsec.AES_256_GCM, bytes(32), passphrase="secret")
    with pytest.raises(TypeError, match="a secret key is bytes"):
        client.import_key("x", parsec.HMAC_SHA256, "secret" * 6)


def test_requests_have_names_of_each_kind(client: parsec.Client) -> None:
    key = client.generate("web")
    request = x509.load_der_x509_csr(
        key.to_csr(
            "",
            dns_names=["web.example.org"],
            ip_addresses=["192.0.2.1"],
            uris=["spiffe://example.org/web"],
            email_addresses=["web@example.org"],
        )
    )
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.critical
    assert [str(name.value) for name in names.value] == [
        "web.example.org",
        "192.0.2.1",
        "spiffe://example.org/web",
        "web@example.org",
    ]
    for argument in ("dns_names", "ip_addresses", "uris", "email_addresses"):
        with pytest.raises(TypeError, match=f"'{argument}': a list or tuple is needed, not str"):
            key.to_csr("CN=web", **{argument: "abc"})


def test_a_temporary_key_may_be_deleted_early(client: parsec.Client) -> None:
    with client.temporary() as key:
        key.delete()


def test_imports_exports_copies_and_renames(client: parsec.Client) -> None:
    pair = ec.generate_private_key(ec.SECP256R1())
    spec = parsec.ECDSA_P256.with_options(exportable=True, copyable=True)
    key = client.import_key("mine", spec, pair)
    raw = key.export_private()
    assert int.from_bytes(raw, "big") == pair.private_numbers().private_value
    assert key.copy("second").public_key == key.public_key
    assert key.rename("third").name == "third"
    with pytest.raises(parsec.KeyNotFound):
        client.open("mine")
    public = pair.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    friend = client.import_public("friend", public)
    assert isinstance(friend, parsec.VerifyingKey)
    friend.verify(pair.sign(b"m", ec.ECDSA(hashes.SHA256())), b"m")
    assert client.import_key("aes", parsec.AES_256_GCM, bytes(32)).role == "symmetric"


def test_opens_by_role_and_lists(client: parsec.Client) -> None:
    client.generate("signer")
    assert isinstance(client.open("signer"), parsec.SigningKey)
    assert client.open_signing_key("signer").hash is parsec.Hash.SHA_256
    with pytest.raises(TypeError, match="'signer' is a signing key"):
        client.open_symmetric_key("signer")
    assert [info["name"] for info in client.keys()] == ["signer"]
    assert client.get_or_generate("signer").public_key == client.open("signer").public_key
    with pytest.raises(parsec.KeyExists, match="P-384"):
        client.get_or_generate("signer", parsec.ECDSA_P384)
    key = client.generate("rsa", parsec.RSA.with_options(bits=2048, padding="pkcs1"))
    assert isinstance(key.public_key.to_cryptography(), rsa.RSAPublicKey)
    assert key.public_key.to_jwk()["kty"] == "RSA"


def test_a_temporary_key_is_deleted_at_the_end_of_its_block(client: parsec.Client) -> None:
    with client.temporary() as key:
        client.open(key.name)
    with pytest.raises(parsec.KeyNotFound):
        client.open(key.name)


def test_raw_operations_run(client: parsec.Client) -> None:
    assert client.raw.ping()["wire_protocol_version_maj"] == 1
    answer = client.raw.psa_hash_compute(alg="sha-256", input=bytearray(b"abc"))
    assert answer["hash"] == client.hash(b"abc")
    with pytest.raises(TypeError, match=r"psa_hash_compute: input: "):
        client.raw.psa_hash_compute(alg="sha-256", input="abc")  # type: ignore[arg-type]


def test_invalid_arguments_fail_before_anything_is_sent(client: parsec.Client) -> None:
    key = client.generate("key")
    with pytest.raises(TypeError, match=r"'message'.*encode"):
        key.sign("text")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="'message'"):
        key.sign([1, 2])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="contiguous"):
        key.sign(memoryview(b"abcd")[::2])
    with pytest.raises(TypeError, match="'name'"):
        client.open(7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'name'"):
        client.generate("")
    with pytest.raises(TypeError, match="'spec'"):
        client.generate("x", "aes")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="hash"):
        parsec.ECDSA_P256.with_options(hash="sha-257")
    with pytest.raises(ValueError, match="timeout"):
        parsec.Client(timeout=0)
    with pytest.raises(ValueError, match="endpoint"):
        parsec.Client("http://nowhere").ping()
    with pytest.raises(TypeError, match="'source'"):
        key.sign_file(b"bytes")  # type: ignore[arg-type]


def test_errors_name_the_wrong_argument(client: parsec.Client) -> None:
    key = client.generate("key")
    with pytest.raises(TypeError, match=r"'messages'.*list"):
        key.sign_messages(b"one")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"'messages'.*bytes-like"):
        key.sign_messages(["one"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"'hash'.*sha-257"):
        key.sign(b"one", hash="sha-257")
    with pytest.raises(ValueError, match=r"'count'.*-1"):
        client.random(-1)
    with pytest.raises(TypeError, match=r"'count'.*str"):
        client.random("16")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"'lifetime'.*time"):
        client.generate_volatile(
            "late",
            parsec.AES_256_GCM,
            {"expires-at": {"time": "noon"}},  # type: ignore[typeddict-item]
        )
    with pytest.raises(TypeError, match="'check'"):
        client.can_do(parsec.ECDSA_P256, check="maybe")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"'pcrs'.*-1"):
        client.generate_device_key("device", parsec.ECDSA_P256, pcrs=[-1])
    with pytest.raises(TypeError, match="'subject'"):
        key.to_csr(7)  # type: ignore[arg-type]


def test_signs_and_verifies_batches(client: parsec.Client) -> None:
    key = client.generate("batch")
    messages = [b"one", bytearray(b"two"), memoryview(b"three")]
    signatures = key.sign_messages(messages)
    assert key.verify_messages(signatures, messages) == [True, True, True]
    assert key.verify_messages(signatures[::-1], messages) == [False, True, False]
    key.verify(signatures[2], b"three")
