parsec key create invoices --if-missing              # ECDSA on P-256, unless --type says otherwise
parsec sign invoices < letter.txt > letter.sig       # DER, as openssl has it
parsec public invoices > invoices.pem
openssl dgst -sha256 -verify invoices.pem -signature letter.sig letter.txt
