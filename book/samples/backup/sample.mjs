import { connect } from '@parsec/client'

const parsec = await connect()
const backup = await parsec.getOrGenerate('backup', { algorithm: 'AES-KEY-WRAP' })
const exportable = { algorithm: 'AES-256-GCM', exportable: true }
const archive = await parsec.getOrGenerate('archive', { ...exportable, uses: ['wrapping'] })
const sealed = await archive.encrypt(new TextEncoder().encode('secret'))
// Keep this, and the key "backup", in safe places.
const wrapped = await backup.wrap(archive)

await archive.delete() // the accident
const restored = await backup.unwrap(wrapped, 'archive', exportable)
console.log(new TextDecoder().decode(await restored.decrypt(sealed)))
