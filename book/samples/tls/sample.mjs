import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'

import { connect } from '@parsec/client'

const parsec = await connect()
const key = await parsec.getOrGenerate('tls-client', { provider: 'tpm' })
const agent = parsec.tls.agent({
  key,
  cert: readFileSync('client.pem'),
  ca: readFileSync('ca.pem'),
})
const request = get(`https://localhost:${process.env.PORT}/`, { agent })
const [response] = await once(request, 'response')
console.log(response.statusCode)
response.resume()
