import parsec_client as parsec

with parsec.Client() as client:
    cookies = client.get_or_generate("cookies", parsec.HMAC_SHA256)
    code = cookies.compute(b"user=7")
    # Raises parsec.InvalidSignature if it is wrong.
    cookies.verify(code, b"user=7")
