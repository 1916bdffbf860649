import parsec_client as parsec

with parsec.Client() as client:
    spec = parsec.AES_256_GCM.with_options(uses=["streams"])
    films = client.get_or_generate("films", spec)
    with open("film.bin", "rb") as film, open("film.sealed", "wb") as sealed:
        films.encrypt_file(film, sealed, associated_data=b"film 7", progress=True)
    with open("film.sealed", "rb") as sealed, open("film.again", "wb") as film:
        films.decrypt_file(sealed, film, associated_data=b"film 7")
