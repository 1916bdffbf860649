# The old key.
parsec key create tokens-2026
parsec sign tokens-2026 < letter.txt > old.sig

# The new key signs from now on; old signatures still verify.
parsec key create tokens-2027
parsec sign tokens-2027 < letter.txt > new.sig
parsec verify tokens-2026 old.sig < letter.txt

# When no data depends on it any more:
parsec key delete tokens-2026
