import { connect } from '@parsec/client'

const parsec = await connect()
const token = new TextEncoder().encode('token')
const old = await parsec.getOrGenerate('tokens-2026')
const signature = await old.sign(token)

const fresh = await parsec.getOrGenerate('tokens-2027') // from now on this one signs
await fresh.verifyOrThrow(await fresh.sign(token), token)
await old.verifyOrThrow(signature, token) // what the old one has signed can still be checked

await old.delete() // once nothing of it is in use any more
