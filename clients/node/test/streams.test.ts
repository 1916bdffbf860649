import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

import { DecryptionFailedError, type Progress, type SymmetricKey } from '@parsec/client'

import { useService } from './service.js'

const { service, parsec } = await useService()
let vault: SymmetricKey
before(async () => {
  vault = await parsec.generate('vault', { algorithm: 'AES-256-GCM' })
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

test('streamed ciphertext decrypts as a stream and in one call', async () => {
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

test('streams of Node.js and of the Web are sources and results', async () => {
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

test('a changed ciphertext yields no plaintext; with `unverified`, an error after the plaintext', async () => {
  const sealed = await all(vault.encryptStream(inPieces(data, 100_000)))
  sealed[2_000_000] = (sealed[2_000_000] ?? 0) ^ 1
  const taken: Uint8Array[] = []
  const read = async (options: { unverified?: boolean }) => {
    for await (const piece of vault.decryptStream(inPieces(sealed, 100_000), options)) taken.push(piece)
  }
  await assert.rejects(read({}), DecryptionFailedError)
  assert.equal(taken.length, 0)
  await assert.rejects(read({ unverified: true }), DecryptionFailedError)
  assert.ok(taken.length > 0)
  await assert.rejects(
    all(vault.decryptStream(inPieces(sealed, 100_000), { maxBuffer: 1_000_000 })),
    /^RangeError: options.maxBuffer/,
  )
})

test('a source is read on demand', async () => {
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

test('hashes, authentication codes and signatures of data in pieces', async () => {
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

test('a signal aborts a stream, and items that are not bytes are refused', async () => {
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

test('the timeout of a stream includes its source and its reader', async () => {
  const late = { code: 'ERR_PARSEC_TIMEOUT' }
  const slow = async function* () {
    for (;;) {
      await sleep(20)
      yield new Uint8Array(10)
    }
  }
  let returned = false
  const stuck = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => undefined),
      return: async () => {
        returned = true
        return { done: true as const, value: undefined }
      },
    }),
  }
  const mac = await parsec.generate('late mac', { algorithm: 'HMAC' })
  const key = await parsec.generate('late signer')
  // Each piece takes less than the timeout.
  for (const source of [slow, () => stuck]) {
    const begun = performance.now()
    await assert.rejects(all(vault.encryptStream(source(), { timeout: 300 })), late)
    await assert.rejects(mac.compute(source(), { timeout: 300 }), late)
    await assert.rejects(key.sign(source(), { timeout: 300 }), late)
    await assert.rejects(key.withOptions({ timeout: 300 }).sign(source()), late)
    await assert.rejects(parsec.hash('SHA-256', source(), { timeout: 300 }), late)
    // Timers may fire slightly early.
    assert.ok(performance.now() - begun >= 1450)
  }
  assert.equal(returned, true)
  const read = async () => {
    for await (const piece of vault.encryptStream([data, data], { timeout: 200 })) {
      if (piece.byteLength > 0) await sleep(150)
    }
  }
  await assert.rejects(read(), late)
  const sealed = await all(vault.encryptStream(inPieces(data, 70_001), { timeout: 30_000 }))
  assert.equal(sealed.byteLength, data.byteLength + 28)
})

test('a signal aborts a stream whose source hangs', async () => {
  const hangs = (async function* () {
    yield new Uint8Array(10)
    await new Promise(() => undefined)
  })()
  await assert.rejects(all(vault.encryptStream(hangs, { signal: AbortSignal.timeout(50) })), { name: 'TimeoutError' })
})

const terminal = `
  import { connect } from '@parsec/client'
  const parsec = await connect()
  await parsec.hash('SHA-256', [new Uint8Array(1_500_000), new Uint8Array(500_000)], { progress: true, length: 2_000_000 })
  console.log('hashed')`

test('progress is printed only on standard error, and only if it is a terminal', async () => {
  const folder = mkdtempSync(join(import.meta.dirname, 'progress-'))
  const program = join(folder, 'program.mjs')
  writeFileSync(program, terminal)
  const env = { ...process.env, PARSEC_SERVICE_ENDPOINT: service.endpoint }
  const options = { env, encoding: 'utf8', timeout: 60_000 } as const
  try {
    const out = join(folder, 'out')
    // script provides a terminal for standard input and standard error.
    const shown = spawnSync('script', ['-qec', `'${process.execPath}' '${program}' > '${out}'`, '/dev/null'], options)
    assert.equal(shown.status, 0, shown.stderr)
    assert.match(shown.stdout, /\r2\.0 of 2\.0 MB\r?\n$/)
    assert.equal(readFileSync(out, 'utf8'), 'hashed\n')
    const piped = spawnSync(process.execPath, [program], options)
    assert.deepEqual([piped.status, piped.stdout, piped.stderr], [0, 'hashed\n', ''])
    const mixed = spawnSync('script', ['-qec', `'${process.execPath}' '${program}' 2> '${out}'`, '/dev/null'], options)
    assert.deepEqual([mixed.status, mixed.stdout, readFileSync(out, 'utf8')], [0, 'hashed\r\n', ''])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
