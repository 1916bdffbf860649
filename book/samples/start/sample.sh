parsec key create web-tls --if-missing
parsec sign web-tls < letter.txt > letter.sig
parsec verify web-tls letter.sig < letter.txt
parsec public web-tls
