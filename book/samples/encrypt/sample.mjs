import { connect } from '@parsec/client'

const parsec = await connect()
const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM' })
const additionalData = new TextEncoder().encode('letter 7')
const sealed = await vault.encrypt(new TextEncoder().encode('secret'), { additionalData })
const opened = await vault.decrypt(sealed, { additionalData })
console.log(new TextDecoder().decode(opened))
