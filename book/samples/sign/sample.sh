# ECDSA on P-256, unless --type selects another kind.
parsec key create invoices --if-missing
# The signature is DER, as in openssl.
parsec sign invoices < letter.txt > letter.sig
parsec public invoices > invoices.pem
openssl dgst -sha256 -verify invoices.pem -signature letter.sig letter.txt
