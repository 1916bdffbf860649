import parsec

with parsec.Client() as client:
    key = client.get_or_generate("web-tls")
    signature = key.sign(b"hello")
    key.verify(signature, b"hello")  # raises parsec.InvalidSignature if it does not match
    print(key.public_key.to_pem())
