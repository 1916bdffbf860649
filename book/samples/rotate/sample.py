import parsec_client as parsec

with parsec.Client() as client:
    old = client.get_or_generate("tokens-2026")
    signature = old.sign(b"token")

    new = client.get_or_generate("tokens-2027")  # the new key signs from now on
    new.verify(new.sign(b"token"), b"token")
    # Old signatures still verify.
    old.verify(signature, b"token")

    old.delete()  # when no data depends on it any more
