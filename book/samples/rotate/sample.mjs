import { connect } from '@parsec/client'

const parsec = await connect()
const token = new TextEncoder().encode('token')
const old = await parsec.getOrGenerate('tokens-2026')
const signature = await old.sign(token)

// From now on this one signs.
const fresh = await parsec.getOrGenerate('tokens-2027')
await fresh.verifyOrThrow(await fresh.sign(token), token)
// What the old one has signed can still be checked.
await old.verifyOrThrow(signature, token)

await old.delete() // once nothing of it is in use any more
