parsec key create backup --type aes-kw                        # encrypts other keys
parsec key create archive --type aes-256-gcm --exportable     # may leave, if encrypted or asked for
parsec encrypt archive letter.txt --output archive.sealed
parsec wrap backup archive --output archive.wrapped           # keep this file, and "backup", in safe places

parsec key delete archive                                     # the accident
parsec unwrap backup archive archive.wrapped --type aes-256-gcm --exportable
parsec decrypt archive archive.sealed
