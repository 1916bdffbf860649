import { connect } from '@parsec/client'

const parsec = await connect()
const key = await parsec.getOrGenerate('invoices')
const invoice = new TextEncoder().encode('invoice 7: 12 EUR')
const signature = await key.sign(invoice) // r and s, as in WebCrypto
if (!(await key.verify(signature, invoice))) throw new Error('it does not match')
// Or a JSON Web Token.
const token = await key.signJwt({ sub: 'alice' }, { expiresIn: 300 })
console.log(signature.length, token.length)
