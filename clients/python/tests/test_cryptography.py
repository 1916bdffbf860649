"""Keys as private keys of pyca/cryptography, for certificates and JSON Web Tokens."""

from __future__ import annotations

import copy
import datetime
import hashlib

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils, x25519

import parsec_client as parsec
from conftest import Service

NAME = x509.Name.from_rfc4514_string("CN=web")
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
RSA = parsec.RSA.with_options(bits=2048)


def test_a_request_and_a_certificate_are_signed_with_ecdsa(client: parsec.Client) -> None:
    key = client.generate("web").as_cryptography()
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    csr = x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(key, hashes.SHA256())
    assert csr.is_signature_valid
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate.verify_directly_issued_by(certificate)


@pytest.mark.parametrize(
    ("spec", "asked"),
    [(RSA, PSS), (RSA.with_options(padding="pkcs1"), padding.PKCS1v15())],
)
def test_a_request_is_signed_with_rsa(
    client: parsec.Client, spec: parsec.SigningSpec, asked: padding.AsymmetricPadding
) -> None:
    key = client.generate("web", spec).as_cryptography()
    assert isinstance(key, rsa.RSAPrivateKey)
    builder = x509.CertificateSigningRequestBuilder().subject_name(NAME)
    assert isinstance(asked, (padding.PSS, padding.PKCS1v15))
    assert builder.sign(key, hashes.SHA256(), rsa_padding=asked).is_signature_valid
    digest = hashlib.sha256(b"hello").digest()
    signature = key.sign(digest, asked, utils.Prehashed(hashes.SHA256()))
    key.public_key().verify(signature, b"hello", asked, hashes.SHA256())


def test_refuses_operations_that_the_key_does_not_support(client: parsec.Client) -> None:
    key = client.generate("web", RSA).as_cryptography()
    assert isinstance(key, rsa.RSAPrivateKey)
    for salt in (padding.PSS.MAX_LENGTH, 7):
        asked = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
        with pytest.raises(parsec.NotSupported, match="salts"):
            key.sign(b"m", asked, hashes.SHA256())
    with pytest.raises(parsec.NotSupported, match="PSS"):
        key.sign(b"m", padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(parsec.NotSupported, match="sha-256"):
        key.sign(b"m", PSS, hashes.SHA384())
    with pytest.raises(parsec.NotSupported, match="never leaves"):
        key.private_numbers()
    with pytest.raises(parsec.NotSupported, match="never leaves"):
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    assert copy.deepcopy(key) is copy.copy(key) is key


def test_decrypts_oaep_of_other_implementations(client: parsec.Client) -> None:
    key = client.generate("box", parsec.RSA_OAEP.with_options(bits=2048)).as_cryptography()
    assert isinstance(key, rsa.RSAPrivateKey)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), b"label")
    sealed = key.public_key().encrypt(b"short", oaep)
    assert key.decrypt(sealed, oaep) == b"short"
    with pytest.raises(ValueError, match="decrypt") as raised:
        key.decrypt(bytes(256), oaep)
    assert isinstance(raised.value, parsec.DecryptionFailed)


def test_oaep_must_match_the_policy(client: parsec.Client) -> None:
    spec = parsec.RSA_OAEP.with_options(bits=2048, hash=parsec.Hash.SHA_384)
    key = client.generate("box", spec).as_cryptography()
    assert isinstance(key, rsa.RSAPrivateKey)
    small, large = hashes.SHA256(), hashes.SHA384()
    oaep = padding.OAEP(padding.MGF1(large), large, None)
    assert key.decrypt(key.public_key().encrypt(b"short", oaep), oaep) == b"short"
    for asked in (
        padding.OAEP(padding.MGF1(small), small, None),
        padding.OAEP(padding.MGF1(small), large, None),
        padding.PKCS1v15(),
    ):
        with pytest.raises(parsec.NotSupported, match="sha-384"):
            key.decrypt(bytes(256), asked)
    with pytest.raises(parsec.NotSupported, match="does not sign"):
        key.sign(b"m", PSS, hashes.SHA256())


def test_json_web_tokens(client: parsec.Client) -> None:
    key = client.generate("tokens")
    token = jwt.encode({"sub": "web"}, key.as_cryptography(), algorithm="ES256")
    public = jwt.PyJWK.from_dict(key.public_key.to_jwk()).key
    assert jwt.decode(token, public, algorithms=["ES256"]) == {"sub": "web"}


def test_ecdh_agrees_with_other_implementations(client: parsec.Client) -> None:
    mine = client.generate("agree", parsec.ECDH_P256)
    private = mine.as_cryptography()
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    peer = ec.generate_private_key(ec.SECP256R1())
    secret = private.exchange(ec.ECDH(), peer.public_key())
    assert secret == peer.exchange(ec.ECDH(), private.public_key())
    assert secret == mine.agree(point(peer.public_key()))
    with pytest.raises(parsec.NotSupported, match="does not sign"):
        private.sign(b"m", ec.ECDSA(hashes.SHA256()))
    signer = client.generate("signer").as_cryptography()
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    with pytest.raises(parsec.NotSupported, match="does not agree"):
        signer.exchange(ec.ECDH(), peer.public_key())
    with pytest.raises(parsec.InvalidArgument):
        private.exchange(ec.ECDH(), ec.generate_private_key(ec.SECP384R1()).public_key())


def point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def test_x25519_agrees_with_other_implementations(client: parsec.Client) -> None:
    private = client.generate("agree", parsec.X25519).as_cryptography()
    assert isinstance(private, x25519.X25519PrivateKey)
    peer = x25519.X25519PrivateKey.generate()
    assert private.exchange(peer.public_key()) == peer.exchange(private.public_key())
    for refused in (private.private_bytes_raw, private.private_numbers):
        with pytest.raises(parsec.NotSupported, match="never leaves"):
            refused()


def test_csr_builder_of_the_client(client: parsec.Client) -> None:
    der = client.generate("web").to_csr("CN=web,O=Example", dns_names=["web.example"])
    csr = x509.load_der_x509_csr(der)
    assert csr.is_signature_valid
    names = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["web.example"]


async def test_a_key_of_the_async_client_is_adapted_too(service: Service) -> None:
    async with parsec.aio.Client(service.endpoint) as client, client.temporary() as key:
        private = key.as_cryptography()
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        signature = private.sign(b"m", ec.ECDSA(hashes.SHA256()))
        await key.verify(signature, b"m")
