/** Values of other realms: `node:vm`, Jest, threads. `instanceof` is false between realms. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { test } from 'node:test'
import { compileFunction, createContext, runInContext, runInNewContext, type Context } from 'node:vm'
import { Worker } from 'node:worker_threads'

import { useService } from './service.js'

const { service, parsec } = await useService()

const lib = resolve(import.meta.dirname, '..', 'lib', 'index.js')

/** Loads the package in another realm, as Jest does: only the modules of Node.js and the addon are of this one. */
function loadIn(context: Context): unknown {
  const loaded = new Map<string, { exports: object }>()
  const load = (file: string): unknown => {
    const known = loaded.get(file)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    loaded.set(file, module)
    const outer = createRequire(file)
    const require = (name: string): unknown =>
      name.startsWith('./') || (name.startsWith('../') && !name.includes('native/'))
        ? load(resolve(dirname(file), name))
        : outer(name)
    const names = ['exports', 'require', 'module', '__filename', '__dirname']
    const body = compileFunction(readFileSync(file, 'utf8'), names, { filename: file, parsingContext: context })
    ;(body as (...given: unknown[]) => void)(module.exports, require, module, file, dirname(file))
    return module.exports
  }
  return load(lib)
}

test('arguments of another realm are accepted', async () => {
  const vault = await parsec.generate('realm vault', { algorithm: 'AES-256-GCM' })
  const foreign = runInNewContext(`({
    view: new Uint8Array([1, 2, 3]),
    data: new DataView(new ArrayBuffer(3)),
    buffer: new ArrayBuffer(3),
    shared: new SharedArrayBuffer(3),
    options: { additionalData: new Uint8Array([9]) },
    list: [new Uint8Array(32)],
    pcrs: [1],
    jwk: { kty: 'oct', k: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
  })`) as Record<'view' | 'data' | 'buffer' | 'shared' | 'options' | 'list' | 'jwk', never>
  const { view, data, buffer, shared, options, list, jwk } = foreign
  for (const bytes of [view, data, buffer, shared]) {
    assert.equal((await vault.decrypt(await vault.encrypt(bytes, options), options)).byteLength, 3)
  }
  const key = await parsec.generate('realm key')
  assert.equal((await key.signHashes(list)).length, 1)
  await parsec.import('realm mac', jwk, { algorithm: 'HMAC' })
  await assert.rejects(vault.encrypt({} as never), /^TypeError: plaintext: must be bytes.*an object \(Object\)/)
  await assert.rejects(vault.encrypt(runInNewContext('Object.create(null)') as never), /an object$/)
})

test('in another realm, errors are instances of their classes, and results of its Uint8Array', async () => {
  const given = { process, Buffer, URL, AbortController, AbortSignal, DOMException, TextEncoder, performance }
  const context = createContext({ ...given, setTimeout, clearTimeout, console, endpoint: service.endpoint })
  Object.assign(context, { parsec: loadIn(context) })
  const verdict = (await runInContext(
    `(async () => {
      const { connect, ParsecError, KeyNotFoundError, InvalidSignatureError, PublicKey } = parsec
      const client = await connect({ endpoint })
      const key = await client.getOrGenerate('of another realm')
      const data = new Uint8Array([1, 2, 3])
      const signature = await key.sign(data)
      const caught = async (call) => await call().then(() => undefined, (error) => error)
      const vault = await client.getOrGenerate('vault of another realm', { algorithm: 'AES-256-GCM' })
      const missing = await caught(() => client.open('nothing'))
      const wrong = await caught(() => key.verifyOrThrow(signature, new Uint8Array([4])))
      const typed = await caught(() => client.raw.psaDestroyKey({ keyName: 5 }))
      const { attributes } = key
      const { signature: raw } = await client.raw.psaSignHash({
        keyName: key.name,
        alg: { ecdsa: { hashAlg: { specific: 'sha-256' } } },
        hash: new Uint8Array(32),
      })
      let read
      try { PublicKey.from('nonsense') } catch (error) { read = error }
      return {
        good: await key.verify(signature, data),
        bad: await key.verify(signature, new Uint8Array([4])),
        missing: missing instanceof KeyNotFoundError && missing instanceof ParsecError && missing instanceof Error,
        code: missing.code,
        wrong: wrong instanceof InvalidSignatureError,
        typed: typed instanceof TypeError && typed.message.startsWith('input.keyName: '),
        read: read instanceof ParsecError && !read.message.startsWith('{'),
        bytes: [signature, raw, key.publicKey.toDer(), await client.random(3), (await key.signHashes([new Uint8Array(32)]))[0],
          await vault.decrypt(await vault.encrypt(data))].every((bytes) => bytes instanceof Uint8Array),
        subtle: await client.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, data),
        signal: await caught(() => client.ping({ signal: AbortSignal.abort('enough') })),
        attributes: typeof attributes.keyBits,
      }
    })()`,
    context,
  )) as object
  // The result is of the other realm, whose prototypes differ.
  assert.deepEqual(JSON.parse(JSON.stringify(verdict)), {
    good: true,
    bad: false,
    missing: true,
    code: 'ERR_PARSEC_KEY_NOT_FOUND',
    wrong: true,
    typed: true,
    read: true,
    bytes: true,
    subtle: true,
    signal: 'enough',
    attributes: 'number',
  })
})

test('in a worker thread, errors are instances of their classes', async () => {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     const { connect, KeyNotFoundError } = require(workerData.lib)
     connect({ endpoint: workerData.endpoint }).then(async (parsec) => {
       const key = await parsec.getOrGenerate('of a thread')
       const data = new Uint8Array([1])
       const bad = await key.verify(await key.sign(data), new Uint8Array([2]))
       const error = await parsec.open('nothing').catch((error) => error)
       parentPort.postMessage([bad, error instanceof KeyNotFoundError, error.code])
     })`,
    { eval: true, workerData: { lib, endpoint: service.endpoint } },
  )
  const [answer] = (await once(worker, 'message')) as [unknown]
  assert.deepEqual(answer, [false, true, 'ERR_PARSEC_KEY_NOT_FOUND'])
  await worker.terminate()
})
