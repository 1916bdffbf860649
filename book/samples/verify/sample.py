from pathlib import Path

import parsec_client as parsec

with parsec.Client() as client:
    friend = client.import_public("friend", Path("friend.pem").read_text())
    try:
        friend.verify(Path("friend.sig").read_bytes(), Path("letter.txt").read_bytes())
    except parsec.InvalidSignature:
        print("it is not")
    else:
        print("the letter is from my friend")
