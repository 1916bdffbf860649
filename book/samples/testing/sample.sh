parsec-service --ephemeral -- sh -e -c '
    parsec key create web-tls
    printf hello | parsec sign web-tls --format base64
'
