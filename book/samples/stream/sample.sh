parsec key create films --type aes-256-gcm --uses streams
# Processed in chunks, so files of any size work.
parsec encrypt films film.bin --output film.sealed
# Written only after all of it is authenticated.
parsec decrypt films film.sealed --output film.again
cmp film.bin film.again
