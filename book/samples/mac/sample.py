import parsec

with parsec.Client() as client:
    cookies = client.get_or_generate("cookies", parsec.HMAC_SHA256)
    code = cookies.compute(b"user=7")
    cookies.verify(code, b"user=7")  # raises parsec.InvalidSignature if it is wrong
