parsec key create master --type hkdf
parsec derive master --info "session 7" --length 16            # bytes, always the same ones
parsec derive master --info "vault of alice" --to-key alice     # or a key, which stays in the service
parsec encrypt alice letter.txt --output alice.sealed
