from pathlib import Path

import parsec_client as parsec

with parsec.Client() as client:
    key = client.get_or_generate("web")
    csr = key.to_csr("CN=web,O=Example", dns_names=["web.example.org"])
    Path("web.csr").write_bytes(csr)  # DER
