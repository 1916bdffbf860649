# A letter, and a film that is too large for one request.
echo "Dear reader," > letter.txt
head -c 3145728 /dev/urandom > film.bin

# Another person's key, and their signature of the letter.
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
new_key friend.key
openssl pkey -in friend.key -pubout -out friend.pem
openssl dgst -sha256 -sign friend.key -out friend.sig letter.txt

# A certificate authority, which certifies a server's key and your key in the TPM.
new_key ca.key
openssl req -x509 -new -key ca.key -subj "/CN=authority" -days 2 -out ca.pem
certify() { openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -in "$1" -extfile "$2" -out "$3"; }
echo "subjectAltName = DNS:localhost" > names
new_key server.key
openssl req -new -key server.key -subj "/CN=localhost" -out server.csr
certify server.csr names server.pem
parsec --provider tpm key create tls-client
parsec csr tls-client --subject CN=client > client.csr
certify client.csr names client.pem
