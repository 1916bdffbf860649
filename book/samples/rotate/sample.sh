parsec key create tokens-2026                   # the old key
parsec sign tokens-2026 < letter.txt > old.sig

parsec key create tokens-2027                   # from now on the new one signs
parsec sign tokens-2027 < letter.txt > new.sig
parsec verify tokens-2026 old.sig < letter.txt  # what the old one has signed can still be checked

parsec key delete tokens-2026                   # once nothing of it is in use any more
