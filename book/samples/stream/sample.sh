parsec key create films --type aes-256-gcm --uses streams
# Goes through in pieces, however large it is.
parsec encrypt films film.bin --output film.sealed
# Is written once all of it is known to be right.
parsec decrypt films film.sealed --output film.again
cmp film.bin film.again
