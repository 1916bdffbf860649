import os
from pathlib import Path

import httpx

import parsec_client as parsec

with parsec.Client() as client:
    spec = parsec.ECDSA_P256.with_options(provider=parsec.Provider.TPM)
    transport = parsec.httpx.HttpxTransport(
        key=client.get_or_generate("tls-client", spec),
        certificate_chain=Path("client.pem").read_text(),
        roots=Path("ca.pem").read_text(),
    )
    with httpx.Client(transport=transport) as web:
        print(web.get(f"https://localhost:{os.environ['PORT']}/").status_code)
