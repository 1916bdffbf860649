import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

import { connect } from '@parsec/client'

const parsec = await connect()
const films = await parsec.getOrGenerate('films', { algorithm: 'AES-256-GCM', uses: ['streams'] })
const additionalData = new TextEncoder().encode('film 7')

const sealing = films.encryptTransform({ additionalData })
await pipeline(createReadStream('film.bin'), sealing, createWriteStream('film.sealed'))
const opening = films.decryptTransform({ additionalData })
await pipeline(createReadStream('film.sealed'), opening, createWriteStream('film.again'))
