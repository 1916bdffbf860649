import parsec

with parsec.Client() as client:  # parsec.aio.Client has the same names, for asyncio
    for provider in client.providers():
        print(provider["description"])
    for key in client.keys():
        print(key["name"])
