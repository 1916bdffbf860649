import parsec

with parsec.Client() as client:
    old = client.get_or_generate("tokens-2026")
    signature = old.sign(b"token")

    new = client.get_or_generate("tokens-2027")  # from now on this one signs
    new.verify(new.sign(b"token"), b"token")
    old.verify(signature, b"token")  # what the old one has signed can still be checked

    old.delete()  # once nothing of it is in use any more
