import { connect } from '@parsec/client'

const parsec = await connect()
const text = new TextEncoder()
const master = await parsec.getOrGenerate('master', { algorithm: 'HKDF' })
// The same each time.
const session = await master.deriveBytes(text.encode('session 7'), 16)
const alice = await master.deriveKey(text.encode('vault of alice'), 'alice', {
  algorithm: 'AES-256-GCM', // a key that stays in the service
})
console.log(session.length, (await alice.encrypt(text.encode('secret'))).length)
