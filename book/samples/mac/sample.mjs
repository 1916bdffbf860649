import { connect } from '@parsec/client'

const parsec = await connect()
const cookies = await parsec.getOrGenerate('cookies', { algorithm: 'HMAC' })
const data = new TextEncoder().encode('user=7')
const code = await cookies.compute(data)
if (!(await cookies.verify(code, data))) throw new Error('the code is wrong')
