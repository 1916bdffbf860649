# A key that encrypts other keys, and one that can be exported encrypted.
parsec key create backup --type aes-key-wrap
parsec key create archive --type aes-256-gcm --exportable --uses wrapping
parsec encrypt archive letter.txt --output archive.sealed
# Keep this file, and the key "backup", in safe places.
parsec wrap backup archive --output archive.wrapped

# The accident, and the recovery.
parsec key delete archive
parsec unwrap backup archive archive.wrapped --type aes-256-gcm --exportable
parsec decrypt archive archive.sealed
