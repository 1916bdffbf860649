import { connect } from '@parsec/client'

const parsec = await connect()
const token = new TextEncoder().encode('token')
const old = await parsec.getOrGenerate('tokens-2026')
const signature = await old.sign(token)

// The new key signs from now on.
const fresh = await parsec.getOrGenerate('tokens-2027')
await fresh.verifyOrThrow(await fresh.sign(token), token)
// Old signatures still verify.
await old.verifyOrThrow(signature, token)

await old.delete() // when no data depends on it any more
