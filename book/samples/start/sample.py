import parsec_client as parsec

with parsec.Client() as client:
    key = client.get_or_generate("web-tls")
    signature = key.sign(b"hello")
    # Raises parsec.InvalidSignature if it does not match.
    key.verify(signature, b"hello")
    print(key.public_key.to_pem())
