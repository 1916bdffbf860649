import parsec_client as parsec

with parsec.Client() as client:
    key = client.get_or_generate("invoices")
    signature = key.sign(b"invoice 7: 12 EUR")  # DER, as in cryptography
    key.verify(signature, b"invoice 7: 12 EUR")
    print(len(signature), "bytes")
