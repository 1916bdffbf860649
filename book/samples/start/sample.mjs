import { connect } from '@parsec/client'

const parsec = await connect()
const key = await parsec.getOrGenerate('web-tls')
const message = new TextEncoder().encode('hello')
const signature = await key.sign(message)
if (!(await key.verify(signature, message))) throw new Error('it does not match')
console.log(key.publicKey.toPem())
