parsec key create master --type hkdf
# Bytes, the same each time.
parsec derive master --info "session 7" --length 16
# Or a key, which stays in the service.
parsec derive master --info "vault of alice" --to-key alice
parsec encrypt alice letter.txt --output alice.sealed
