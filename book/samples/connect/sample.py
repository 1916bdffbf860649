import parsec_client as parsec

# parsec.aio.Client has the same names, for asyncio.
with parsec.Client() as client:
    for provider in client.providers():
        print(provider["description"])
    for key in client.keys():
        print(key["name"])
