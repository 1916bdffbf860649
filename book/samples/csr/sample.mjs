import { writeFileSync } from 'node:fs'

import { connect } from '@parsec/client'

const parsec = await connect()
const key = await parsec.getOrGenerate('web')
const csr = await key.toCsr({ subject: 'CN=web,O=Example', dnsNames: ['web.example.org'] })
writeFileSync('web.csr', csr.toPem())
