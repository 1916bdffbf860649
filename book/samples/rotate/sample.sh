# The old key.
parsec key create tokens-2026
parsec sign tokens-2026 < letter.txt > old.sig

# From now on the new one signs; what the old one has signed still holds.
parsec key create tokens-2027
parsec sign tokens-2027 < letter.txt > new.sig
parsec verify tokens-2026 old.sig < letter.txt

# Once nothing of it is in use any more:
parsec key delete tokens-2026
