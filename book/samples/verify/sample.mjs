import { readFileSync } from 'node:fs'

import { connect } from '@parsec/client'

const parsec = await connect()
const friend = await parsec.importPublic('friend', readFileSync('friend.pem', 'utf8'))
const signature = readFileSync('friend.raw') // r and s, as in WebCrypto
const good = await friend.verify(signature, readFileSync('letter.txt'))
console.log(good ? 'the letter is from my friend' : 'it is not')
