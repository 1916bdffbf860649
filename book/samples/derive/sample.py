import parsec_client as parsec

with parsec.Client() as client:
    master = client.get_or_generate("master", parsec.HKDF)
    session = master.derive_bytes(b"session 7", 16)  # the same each time
    # Stays in the service.
    alice = master.derive_key(b"vault of alice", "alice", parsec.AES_256_GCM)
    print(len(session), len(alice.encrypt(b"secret")))
