import parsec_client as parsec

with parsec.Client() as client:
    vault = client.get_or_generate("vault", parsec.AES_256_GCM)
    # Nonce, ciphertext and tag.
    sealed = vault.encrypt(b"secret", associated_data=b"letter 7")
    assert vault.decrypt(sealed, associated_data=b"letter 7") == b"secret"
