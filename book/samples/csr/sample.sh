parsec key create web --if-missing
parsec csr web --subject "CN=web,O=Example" --dns web.example.org > web.csr
openssl req -in web.csr -verify -noout -subject
