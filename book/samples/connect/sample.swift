import Parsec

let parsec = try await Client.connect()
for provider in try await parsec.providers() { print(provider.description) }
for key in try await parsec.keys() { print(key.name) }
