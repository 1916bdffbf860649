import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, test } from 'node:test'

import { InvalidSignatureError, type Client, type Progress, type SymmetricKey } from '@parsec/client'

import { startService, type TestService } from './service.js'

let service: TestService
let parsec: Client
let vault: SymmetricKey

before(async () => {
  service = await startService()
  parsec = await service.connect()
  vault = await parsec.generate('vault', { algorithm: 'AES-256-GCM' })
})
after(async () => {
  await service.stop()
})

const data = randomBytes(3_000_000)

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return Buffer.concat(pieces)
}

test('what is encrypted in pieces is decrypted in pieces, and whole', async () => {
  const progress: Progress[] = []
  const sealed = await all(
    vault.encryptStream(inPieces(data, 70_001), {
      additionalData: Buffer.from('v1'),
      length: data.byteLength,
      progress: (step) => progress.push(step),
    }),
  )
  assert.equal(sealed.byteLength, data.byteLength + 28)
  assert.deepEqual(progress.at(-1), { bytes: data.byteLength, total: data.byteLength })
  const options = { additionalData: Buffer.from('v1') }
  assert.ok((await all(vault.decryptStream(inPieces(sealed, 123_457), options))).equals(data))
  const small = await all(vault.encryptStream([data.subarray(0, 1000)], options))
  assert.ok(data.subarray(0, 1000).equals(await vault.decrypt(small, options)))
})

test('streams of Node.js and of the Web go in and out', async () => {
  const chunks: Buffer[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  await pipeline(Readable.from(inPieces(data, 65_536)), vault.encryptTransform(), vault.decryptTransform(), sink)
  assert.ok(Buffer.concat(chunks).equals(data))
  const web = Readable.toWeb(Readable.from(inPieces(data, 65_536))) as AsyncIterable<Uint8Array>
  assert.ok((await all(vault.decryptStream(vault.encryptStream(web)))).equals(data))
})

test('no plaintext comes out of what was changed, unless it is asked for, and then an error ends it', async () => {
  const sealed = await all(vault.encryptStream(inPieces(data, 100_000)))
  sealed[2_000_000] = (sealed[2_000_000] ?? 0) ^ 1
  const taken: Uint8Array[] = []
  const read = async (options: { unverified?: boolean }) => {
    for await (const piece of vault.decryptStream(inPieces(sealed, 100_000), options)) taken.push(piece)
  }
  await assert.rejects(read({}), InvalidSignatureError)
  assert.equal(taken.length, 0)
  await assert.rejects(read({ unverified: true }), InvalidSignatureError)
  assert.ok(taken.length > 0)
  await assert.rejects(
    all(vault.decryptStream(inPieces(sealed, 100_000), { maxBuffer: 1_000_000 })),
    /^RangeError: options.maxBuffer/,
  )
})

test('a source is asked for more only as the result is read', async () => {
  let asked = 0
  const endless = (async function* () {
    for (;;) {
      asked += 1
      yield new Uint8Array(10_000)
    }
  })()
  const out = vault.encryptStream(endless)
  for (let read = 0; read < 5; read += 1) await out.next()
  assert.ok(asked <= 6, String(asked))
  await out.return()
  assert.equal((await endless.next()).done, true)
  await parsec.ping()
})

test('hashes, codes and signatures are made of data in pieces', async () => {
  const hash = await parsec.hash('SHA-384', inPieces(data, 99_999))
  assert.deepEqual(Buffer.from(hash), createHash('sha384').update(data).digest())
  const mac = await parsec.generate('mac', { algorithm: 'HMAC' })
  const code = await mac.compute(inPieces(data, 300_000))
  assert.equal(await mac.verify(code, inPieces(data, 77_777)), true)
  assert.equal(await mac.verify(code, inPieces(data.subarray(1), 77_777)), false)
  const short = data.subarray(0, 1000)
  assert.deepEqual(await mac.compute([short]), await mac.compute(short))
  const key = await parsec.generate('signer')
  const signature = await key.sign(inPieces(data, 50_000))
  assert.equal(await key.verify(signature, data), true)
  assert.equal(await key.verify(signature, inPieces(data, 1_000_000)), true)
})

test('a signal ends a stream, and what is no bytes is refused', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const read = async () => {
    for await (const piece of vault.encryptStream(inPieces(data, 1000), { signal: controller.signal })) {
      if (piece.byteLength > 0) controller.abort(reason)
    }
  }
  await assert.rejects(read(), reason)
  await assert.rejects(all(vault.encryptStream(['text'] as never)), /^TypeError: source: .*a string/)
  await assert.rejects(all(vault.encryptStream(5 as never)), /^TypeError: source: /)
})
