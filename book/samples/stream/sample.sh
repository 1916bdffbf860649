parsec key create films --type aes-256-gcm
parsec encrypt films film.bin --output film.sealed      # goes through in pieces, however large it is
parsec decrypt films film.sealed --output film.again    # written once all of it is known to be right
cmp film.bin film.again
