"""The types of calls, for the type checkers mypy and pyright; this is not executed."""

from __future__ import annotations

from typing import Union

from typing_extensions import assert_type

import parsec_client as parsec


def blocking(client: parsec.Client) -> None:
    assert_type(client.generate("k"), parsec.SigningKey)
    assert_type(client.generate("k", parsec.ECDSA_P384), parsec.SigningKey)
    assert_type(client.generate("k", parsec.AES_256_GCM), parsec.SymmetricKey)
    assert_type(client.generate("k", parsec.HMAC_SHA256), parsec.MacKey)
    assert_type(client.generate("k", parsec.RSA_OAEP), parsec.DecryptionKey)
    assert_type(client.generate("k", parsec.HKDF), parsec.DerivationKey)
    assert_type(client.generate("k", parsec.X25519), parsec.AgreementKey)
    assert_type(client.generate("k", parsec.AES_KEY_WRAP), parsec.WrappingKey)
    spec = parsec.RSA.with_options(bits=2048, padding=parsec.Padding.PKCS1)
    assert_type(spec, parsec.SigningSpec)
    assert_type(client.get_or_generate("k", spec), parsec.SigningKey)
    with client.temporary(parsec.AES_256_GCM) as key:
        assert_type(key, parsec.SymmetricKey)
        assert_type(key.encrypt(memoryview(b"x")), bytes)
    assert_type(client.open_signing_key("k").sign(bytearray(b"x")), bytes)
    secret = client.open_derivation_key("k")
    assert_type(secret.derive_key(b"x", "n", parsec.AES_256_GCM), parsec.SymmetricKey)
    assert_type(client.import_key("k", parsec.RSA, b"x"), parsec.SigningKey)
    assert_type(client.generate("k", parsec.KeySpec("rsa")), parsec.Key)
    assert_type(client.ping(), "tuple[int, int]")
    assert_type(client.raw.ping()["wire_protocol_version_maj"], int)


async def awaited(client: parsec.aio.Client) -> None:
    assert_type(await client.generate("k"), parsec.aio.SigningKey)
    assert_type(await client.generate("k", parsec.AES_256_GCM), parsec.aio.SymmetricKey)
    agreement = await client.open_agreement_key("k")
    agreed = await agreement.agree_key(b"peer", b"x", "n", parsec.AES_256_GCM)
    assert_type(agreed, parsec.aio.SymmetricKey)
    async with client.temporary(parsec.HMAC_SHA256) as key:
        assert_type(key, parsec.aio.MacKey)
        assert_type(await key.compute(b"x"), bytes)


def errors(error: parsec.ParsecError) -> None:
    assert_type(error.status, Union[int, None])
    assert_type(error.retryable, bool)
