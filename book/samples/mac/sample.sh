parsec key create cookies --type hmac
code=$(printf 'user=7' | parsec mac cookies)
printf 'user=7' | parsec mac cookies --check "$code"
