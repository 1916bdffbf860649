import { connect } from '@parsec/client'

const parsec = await connect()
for (const provider of await parsec.providers()) console.log(provider.description)
for (const key of await parsec.keys()) console.log(key.name)
