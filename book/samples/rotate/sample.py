import parsec

with parsec.Client() as client:
    old = client.get_or_generate("tokens-2026")
    signature = old.sign(b"token")

    new = client.get_or_generate("tokens-2027")  # from now on this one signs
    new.verify(new.sign(b"token"), b"token")
    # What the old one has signed can still be checked.
    old.verify(signature, b"token")

    old.delete()  # once nothing of it is in use any more
