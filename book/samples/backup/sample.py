import parsec_client as parsec

with parsec.Client() as client:
    # Encrypts other keys.
    backup = client.get_or_generate("backup", parsec.AES_KEY_WRAP)
    exportable = parsec.AES_256_GCM.with_options(exportable=True)
    wrappable = exportable.with_options(uses=["wrapping"])
    archive = client.get_or_generate("archive", wrappable)
    sealed = archive.encrypt(b"secret")
    # Keep this, and the key "backup", in safe places.
    wrapped = backup.wrap(archive)

    archive.delete()  # the accident
    restored = backup.unwrap(wrapped, "archive", exportable)
    assert restored.decrypt(sealed) == b"secret"
