import assert from 'node:assert/strict'
import { generateKeyPairSync, publicEncrypt, randomBytes, verify as verifyHere } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect as connectSocket, createServer } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import {
  AgreementKey,
  connect,
  DecryptionKey,
  DerivationKey,
  events,
  InvalidArgumentError,
  DecryptionFailedError,
  InvalidSignatureError,
  KeyExistsError,
  KeyNotFoundError,
  MacKey,
  NotPermittedError,
  NotSupportedError,
  ParsecError,
  PublicKey,
  ServiceUnavailableError,
  SigningKey,
  SymmetricKey,
  TimeoutError,
  VerifyingKey,
  WrappingKey,
  type CallEvent,
} from '@parsec/client'

import { listen, text, useService, type End } from './service.js'

const { service, parsec } = await useService()

const hello = text('hello')

/** The path of a socket, until the end of the test. */
function temporarySocket(t: End): string {
  const folder = mkdtempSync(join(tmpdir(), 'parsec-socket-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  return join(folder, 'sock')
}

test('a client lists the providers and authenticators of the service', async () => {
  assert.equal(parsec.endpoint, service.endpoint)
  assert.deepEqual(await parsec.ping(), { major: 1, minor: 0 })
  assert.deepEqual(
    (await parsec.providers()).map(({ id }) => id),
    [1, 0],
  )
  assert.deepEqual((await parsec.authenticators()).length, 1)
  assert.ok((await parsec.operations('software')).includes('psa_sign_hash'))
  assert.equal((await parsec.random(33)).byteLength, 33)
  const hash = await parsec.hash('SHA-256', hello)
  assert.equal(Buffer.from(hash).toString('hex').slice(0, 8), '2cf24dba')
  assert.equal(hash.constructor, Uint8Array)
})

test('the algorithm determines the class of a key, also when it is opened', async () => {
  const kinds = [
    ['ECDSA-P384', SigningKey],
    ['RSA-2048', SigningKey],
    ['AES-128-GCM', SymmetricKey],
    ['ChaCha20-Poly1305', SymmetricKey],
    ['HMAC', MacKey],
    ['RSA-OAEP-2048', DecryptionKey],
    ['HKDF', DerivationKey],
    ['X25519', AgreementKey],
    ['AES-KEY-WRAP', WrappingKey],
  ] as const
  for (const [algorithm, Class] of kinds) {
    const name = `kind ${algorithm}`
    const made = await parsec.generate(name, { algorithm })
    assert.ok(made instanceof Class, algorithm)
    const opened = await parsec.open(name)
    assert.ok(opened instanceof Class, algorithm)
    assert.equal(opened.name, name)
    await opened.delete()
  }
})

test('a signature verifies in the service and in Node.js', async () => {
  const key = await parsec.generate('signs')
  assert.equal(key.provider, 'software')
  const signature = await key.sign(hello)
  assert.equal(signature.byteLength, 64)
  assert.equal(await key.verify(signature, hello), true)
  assert.equal(await key.verify(signature, text('goodbye')), false)
  assert.equal(await key.verify(signature.subarray(1), hello), false)
  await assert.rejects(key.verifyOrThrow(signature, text('goodbye')), InvalidSignatureError)
  const native = { key: key.publicKey.toKeyObject(), dsaEncoding: 'ieee-p1363' } as const
  assert.ok(verifyHere('sha256', hello, native, signature))
  const own = await key.publicKey.toCryptoKey()
  const alg = { name: 'ECDSA', hash: 'SHA-256' }
  assert.ok(await crypto.subtle.verify(alg, own, signature, hello))
  const jwk = key.publicKey.toJwk()
  assert.deepEqual(PublicKey.from(jwk).toPem(), key.publicKey.toPem())
  assert.deepEqual(PublicKey.from(key.publicKey.toDer()).toRaw(), key.publicKey.toRaw())
  assert.equal((await key.publicKey.thumbprint()).length, 43)
  const digest = await parsec.hash('SHA-256', hello)
  assert.equal(await key.verifyHash(await key.signHash(digest), digest), true)
  await key.delete()
  await assert.rejects(key.sign(hello), KeyNotFoundError)
})

test('public keys encrypt, agree and verify in Node.js', async () => {
  const mail = await parsec.generate('public mail', { algorithm: 'RSA-OAEP-2048' })
  assert.equal(mail.publicKey.description, 'RSA 2048')
  const sealed = publicEncrypt({ key: mail.publicKey.toKeyObject(), oaepHash: 'sha256' }, hello)
  assert.deepEqual(await mail.decrypt(sealed), hello)
  const theirs = await mail.publicKey.toCryptoKey()
  assert.deepEqual(await mail.decrypt(await crypto.subtle.encrypt('RSA-OAEP', theirs, hello)), hello)

  for (const [algorithm, name] of [
    ['ECDH-P256', 'ECDH'],
    ['X25519', 'X25519'],
  ] as const) {
    const pair = await parsec.generate(`public ${algorithm}`, { algorithm })
    const { publicKey } = pair
    assert.ok(publicKey !== undefined)
    assert.deepEqual(publicKey.toRaw(), await pair.exportPublic())
    assert.deepEqual(PublicKey.from(publicKey.toPem()).toRaw(), publicKey.toRaw())
    const native = await publicKey.toCryptoKey()
    assert.equal(native.algorithm.name, name)
    assert.deepEqual(native.usages, [])
    const again = await parsec.open(pair.name, { as: AgreementKey })
    assert.equal(again.publicKey?.toPem(), publicKey.toPem())
  }

  const pkcs1 = await parsec.generate('public pkcs1', { algorithm: 'RSA-2048', padding: 'pkcs1', hash: 'SHA-512' })
  const verifies = await pkcs1.publicKey.toCryptoKey()
  assert.ok(await crypto.subtle.verify('RSASSA-PKCS1-v1_5', verifies, await pkcs1.sign(hello), hello))
})

test('arguments are any bytes, and may be changed after the call', async () => {
  const vault = await parsec.generate('forms', { algorithm: 'AES-256-GCM' })
  const forms = [
    Buffer.from('hello'),
    hello.buffer.slice(0, 5),
    new DataView(hello.buffer, 0, 5),
    new Uint8Array(new SharedArrayBuffer(5)),
  ]
  for (const form of forms) assert.equal((await vault.decrypt(await vault.encrypt(form))).byteLength, 5)
  const mine = randomBytes(100_000)
  const before = Uint8Array.from(mine)
  const pending = vault.encrypt(mine)
  mine.fill(0)
  assert.deepEqual(await vault.decrypt(await pending), before)
  assert.equal((await vault.decrypt(await vault.encrypt(new Uint8Array()))).byteLength, 0)
})

test('decryption fails if the ciphertext or the associated data changed', async () => {
  const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM' })
  const sealed = await vault.encrypt(hello, { additionalData: text('v1') })
  assert.deepEqual(await vault.decrypt(sealed, { additionalData: text('v1') }), hello)
  await assert.rejects(vault.decrypt(sealed, { additionalData: text('v2') }), DecryptionFailedError)
  sealed[20] = (sealed[20] ?? 0) ^ 1
  await assert.rejects(vault.decrypt(sealed, { additionalData: text('v1') }), DecryptionFailedError)
  for (const length of [0, 11, 12, 27]) {
    await assert.rejects(vault.decrypt(sealed.subarray(0, length)), DecryptionFailedError)
  }
})

test('keys of the other roles work', async () => {
  const mac = await parsec.generate('mac', { algorithm: 'HMAC', hash: 'SHA-512' })
  const code = await mac.compute(hello)
  assert.equal(code.byteLength, 64)
  assert.equal(await mac.verify(code, hello), true)
  assert.equal(await mac.verify(code, text('other')), false)

  const mail = await parsec.generate('mail', { algorithm: 'RSA-OAEP-2048' })
  const secret = await mail.encrypt(hello, { label: text('l') })
  assert.deepEqual(await mail.decrypt(secret, { label: text('l') }), hello)
  await assert.rejects(mail.decrypt(secret), { code: 'ERR_PARSEC_DECRYPTION_FAILED' })

  const root = await parsec.generate('root', { algorithm: 'HKDF' })
  const bytes = await root.deriveBytes(text('a'), 32)
  assert.deepEqual(await root.deriveBytes(text('a'), 32), bytes)
  assert.notDeepEqual(await root.deriveBytes(text('b'), 32), bytes)
  const derived = await root.deriveKey(text('a'), 'derived', { algorithm: 'AES-256-GCM' })
  assert.ok(derived instanceof SymmetricKey)

  const [a, b] = [
    await parsec.generate('a', { algorithm: 'ECDH-P256' }),
    await parsec.generate('b', { algorithm: 'ECDH-P256' }),
  ]
  const x = await a.agreeKey(await b.exportPublic(), 'x', { algorithm: 'AES-256-GCM' })
  const y = await b.agreeKey(await a.exportPublic(), 'y', { algorithm: 'AES-256-GCM' })
  assert.deepEqual(await y.decrypt(await x.encrypt(hello)), hello)

  const backup = await parsec.generate('backup', { algorithm: 'AES-KEY-WRAP' })
  const safe = await parsec.generate('safe', { algorithm: 'AES-256-GCM', exportable: true })
  const sealed = await safe.encrypt(hello)
  const restored = await backup.unwrap(await backup.wrap(safe), 'restored', { algorithm: 'AES-256-GCM' })
  assert.deepEqual(await restored.decrypt(sealed), hello)
})

test('keys are imported, exported, copied, renamed and listed', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const forms = [
    privateKey,
    privateKey.export({ format: 'pem', type: 'sec1' }) as string,
    privateKey.export({ format: 'der', type: 'pkcs8' }),
    privateKey.export({ format: 'jwk' }),
  ]
  for (const [at, form] of forms.entries()) {
    const key = await parsec.import(`imported ${String(at)}`, form, { exportable: true })
    assert.equal(key.publicKey.toPem(), publicKey.export({ format: 'pem', type: 'spki' }))
    const raw = Buffer.from(await key.exportPrivate()).toString('base64url')
    assert.equal(raw, privateKey.export({ format: 'jwk' }).d)
  }
  const theirs = await parsec.importPublic('theirs', publicKey)
  assert.ok(theirs instanceof VerifyingKey)
  const signer = await parsec.open('imported 0', { as: SigningKey })
  assert.equal(await theirs.verify(await signer.sign(hello), hello), true)
  await assert.rejects(parsec.open('theirs', { as: SigningKey }), InvalidArgumentError)

  const bytes = randomBytes(32)
  const vault = await parsec.import('bytes', bytes, { algorithm: 'AES-256-GCM', exportable: true, copyable: true })
  assert.deepEqual(await vault.exportPrivate(), Uint8Array.from(bytes))
  const sealed = await vault.encrypt(hello)
  const second = await vault.copy('second')
  assert.deepEqual(await second.decrypt(sealed), hello)
  const renamed = await second.rename('third')
  assert.equal(renamed.name, 'third')
  assert.ok(renamed instanceof SymmetricKey)
  await assert.rejects(parsec.open('second'), KeyNotFoundError)
  const names = (await parsec.keys()).map(({ name }) => name)
  assert.ok(names.includes('third') && names.includes('bytes') && !names.includes('second'))
})

test('the end of its scope deletes a temporary key', async () => {
  let name = ''
  {
    await using key = await parsec.temporary({ algorithm: 'AES-256-GCM' })
    name = key.name
    assert.ok(key instanceof SymmetricKey)
    assert.deepEqual(await key.decrypt(await key.encrypt(hello)), hello)
  }
  await assert.rejects(parsec.open(name), KeyNotFoundError)
})

test('a temporary key may be deleted within its scope', async () => {
  await using key = await parsec.temporary()
  await key.delete()
})

test('raw operations run, and check their inputs', async () => {
  const attributes = (await parsec.getOrGenerate('web-tls')).attributes
  await parsec.raw.psaGenerateKey({ keyName: 'raw', attributes })
  const { keys } = await parsec.raw.listKeys()
  assert.deepEqual(keys.find(({ name }) => name === 'raw')?.attributes, attributes)
  const hash = await parsec.hash('SHA-256', hello)
  const alg = { ecdsa: { hashAlg: { specific: 'sha-256' } } } as const
  const { signature } = await parsec.raw.psaSignHash({ keyName: 'raw', alg, hash })
  assert.equal(signature.constructor, Uint8Array)
  await parsec.raw.psaVerifyHash({ keyName: 'raw', alg, hash, signature })
  const same = await parsec.open('raw', { as: SigningKey })
  assert.equal(await same.verify(signature, hello), true)
  const named: [() => Promise<unknown>, RegExp][] = [
    [
      () => parsec.raw.psaSignHash({ keyName: 'raw', alg: 'nonsense' as never, hash }),
      /^TypeError: input\.alg: .*nonsense/,
    ],
    [() => parsec.raw.psaHashCompare({ alg: 'sha-256', input: hello } as never), /^TypeError: input: .*`hash`/],
    [() => parsec.raw.psaDestroyKey({ keyName: 5 } as never), /^TypeError: input\.keyName: /],
    [() => parsec.raw.psaHashCompute({ alg: 'sha-256', input: 'abc' } as never), /^TypeError: input\.input: /],
    [() => parsec.canDo({ algorithm: 'HMAC', check: 'nonsense' as never }), /^TypeError: options\.check: .*nonsense/],
    [
      () => parsec.generateVolatile('x', { 'expires-at': { time: 'soon' as never } }, { algorithm: 'HMAC' }),
      /^TypeError: lifetime\.expires-at\.time: /,
    ],
  ]
  for (const [call, message] of named) await assert.rejects(call, message)
  await parsec.generate('by attributes', { attributes })
})

test('each kind of error has its class, its code and the detail of the service', async () => {
  await parsec.getOrGenerate('taken')
  await assert.rejects(parsec.generate('taken'), (error: unknown) => {
    assert.ok(error instanceof KeyExistsError && error instanceof ParsecError)
    assert.equal(error.code, 'ERR_PARSEC_KEY_EXISTS')
    assert.equal(error.status, 1139)
    assert.equal(error.keyName, 'taken')
    assert.equal(error.operation, 'psa_generate_key')
    assert.equal(error.retryable, false)
    assert.equal(error.outcomeUnknown, false)
    assert.ok(error.detail.length > 0 && error.stack?.includes('client.test'))
    return true
  })
  await assert.rejects(parsec.getOrGenerate('taken', { algorithm: 'ECDSA-P384' }), /it is P-256, not P-384/)
  const taken = await parsec.open('taken')
  await assert.rejects(taken.exportPrivate(), NotPermittedError)
  await assert.rejects(parsec.generate('no', { algorithm: 'ECDSA-P256', hash: 'MD2' }), NotSupportedError)
  await assert.rejects(connect({ endpoint: 'unix:/nowhere/parsec.sock' }), (error: unknown) => {
    return error instanceof ServiceUnavailableError && error.message.includes('/nowhere/parsec.sock')
  })
})

test('invalid arguments fail before anything is sent, with the name of the argument', async (t) => {
  const key = await parsec.getOrGenerate('web-tls')
  const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM' })
  const wrong: [() => Promise<unknown>, typeof TypeError | typeof RangeError, RegExp][] = [
    [() => key.sign('text' as never), TypeError, /^message: .*a string/],
    [() => key.verify(1 as never, hello), TypeError, /^signature: /],
    [() => key.sign(hello, { hash: 'MD-5' as never }), TypeError, /^options.hash: "MD-5"/],
    [() => key.sign(hello, 5 as never), TypeError, /^options: /],
    [() => key.sign(hello, { timeout: 0 }), RangeError, /^options.timeout: /],
    [() => key.sign(hello, { signal: {} as never }), TypeError, /^options.signal: /],
    [() => parsec.generate(''), TypeError, /^name: /],
    [() => parsec.generate(5 as never), TypeError, /^name: .*a number/],
    [() => parsec.generate('x', { algorithm: 'AES' as never }), TypeError, /^options.algorithm: .*"AES"/],
    [() => parsec.generate('x', { provider: 'cloud' as never }), TypeError, /^options.provider: .*"cloud"/],
    [() => parsec.generate('x', { provider: 99 }), RangeError, /^options.provider: no provider has the number 99/],
    [() => parsec.random(-1), RangeError, /^count: /],
    [() => parsec.random(1.5), RangeError, /^count: /],
    [() => parsec.random('5' as never), TypeError, /^count: /],
    [() => parsec.import('x', 5 as never), TypeError, /^key: /],
    [() => connect({ endpoint: 5 as never }), TypeError, /^options.endpoint: /],
    [() => connect(null as never), TypeError, /^options: .*null/],
    [() => parsec.generate('x', null as never), TypeError, /^options: .*null/],
    [() => parsec.generate('x', 'AES' as never), TypeError, /^options: .*a string/],
    [() => parsec.generate('x', { attributes: 5 as never }), TypeError, /^options.attributes: /],
    [() => parsec.generate('x', { exportable: 'no' as never }), TypeError, /^options.exportable: /],
    [() => parsec.open('web-tls', { as: 5 as never }), TypeError, /^options.as: /],
    [async () => parsec.withOptions(undefined as never), TypeError, /^options: /],
    [async () => key.withOptions(undefined as never), TypeError, /^options: /],
    [() => parsec.import('x', null as never), TypeError, /^key: .*null/],
    [() => parsec.import('x', { kty: 'EC' }), TypeError, /^key: .*crv/],
    [() => parsec.importPublic('x', null as never), TypeError, /^key: .*null/],
    [() => parsec.importPublic('x', { kty: 'EC' }), TypeError, /^key: .*crv/],
    [() => parsec.hash('SHA-256', [hello], { progress: 'yes' as never }), TypeError, /^options.progress: /],
    [() => key.sign(hello, null as never), TypeError, /^options: .*null/],
    [() => key.signJws(hello, null as never), TypeError, /^header: .*null/],
    [() => key.signJwt(null as never), TypeError, /^claims: .*null/],
    [() => key.signJwt({}, { expiresIn: '1' as never }), TypeError, /^options.expiresIn: .*a string/],
    [() => key.toCsr(undefined as never), TypeError, /^options: /],
    [() => vault.encrypt(hello, null as never), TypeError, /^options: .*null/],
    [() => parsec.raw.psaSignHash(undefined as never), TypeError, /^input: /],
    [() => parsec.raw.listKeys({ timeout: 0 }), RangeError, /^options.timeout: /],
    [
      () => parsec.raw.psaDestroyKey({ keyName: 'x' }, { provider: 77 }),
      RangeError,
      /^options.provider: no provider has the number 77/,
    ],
    [async () => parsec.tls.agent(undefined as never), TypeError, /^options: /],
    [async () => parsec.tls.agent({ ALPNProtocols: [5] as never }), TypeError, /^options.ALPNProtocols: /],
    [() => parsec.subtle.sign(null as never, key, hello), TypeError, /^algorithm: .*null/],
    [() => key.sign(hello, { hsh: 'SHA-256' } as never), TypeError, /^options.hsh: .*hash, progress/],
    [() => key.delete({ force: true } as never), TypeError, /^options.force: .*signal, timeout/],
    [() => parsec.generate('x', { exportabel: true } as never), TypeError, /^options.exportabel: .*exportable/],
    [() => parsec.open('web-tls', { provider: 'tpm' } as never), TypeError, /^options.provider: /],
    [() => key.signHashes(hello as never), TypeError, /^hashes: .*an object/],
    [() => key.signHashes([5 as never]), TypeError, /^hashes\[0\]: .*a number/],
    [() => parsec.canDo({ algorithm: 'HMAC', check: 5 as never }), TypeError, /^options.check: .*a number/],
  ]
  const seen: unknown[] = []
  const note = (event: unknown) => seen.push(event)
  subscribe('tracing:parsec:call:start', note)
  t.after(() => unsubscribe('tracing:parsec:call:start', note))
  for (const [call, kind, message] of wrong) {
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof kind && !(error instanceof ParsecError), String(error))
      assert.match(error.message, message)
      return true
    })
  }
  unsubscribe('tracing:parsec:call:start', note)
  assert.deepEqual(seen, [])
})

test('a signal aborts a call with its reason', async () => {
  const reason = new Error('enough')
  await assert.rejects(parsec.ping({ signal: AbortSignal.abort(reason) }), reason)
  const controller = new AbortController()
  const pending = parsec.generate('never seen', { algorithm: 'RSA-4096', signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(pending, reason)
  await assert.rejects(parsec.generate('too slow', { algorithm: 'RSA-4096', signal: AbortSignal.timeout(1) }), {
    name: 'TimeoutError',
  })
  const late = new AbortController()
  await parsec.ping({ signal: late.signal })
  late.abort()
})

test('a service that never responds causes a timeout of the client, a key and a call', async (t) => {
  const path = temporarySocket(t)
  await listen(t, createServer(), path)
  await assert.rejects(connect({ endpoint: `unix:${path}`, timeout: 50 }), TimeoutError)
  await assert.rejects(connect({ endpoint: `unix:${path}`, signal: AbortSignal.timeout(50) }), {
    name: 'TimeoutError',
    constructor: DOMException,
  })
  const key = await parsec.getOrGenerate('web-tls')
  await key.withOptions({ timeout: 60_000 }).sign(hello, { timeout: 61_000 })
  await assert.rejects(parsec.withOptions({ timeout: 1 }).generate('slow', { algorithm: 'RSA-4096' }), TimeoutError)
})

test('the timeout of a call includes all its requests', async (t) => {
  // Several slow responses, each within the timeout.
  const path = temporarySocket(t)
  const slow = createServer((socket) => {
    const through = connectSocket(service.endpoint.slice('unix:'.length))
    socket.pipe(through)
    through.on('data', (chunk) => setTimeout(() => socket.write(chunk), 120))
    socket.on('error', () => through.destroy()).on('close', () => through.destroy())
  })
  await listen(t, slow, path)
  const far = await connect({ endpoint: `unix:${path}` })
  t.after(() => far.close())
  await far.ping({ timeout: 60_000 })
  await assert.rejects(far.generate('slowly', { timeout: 300 }), (error: unknown) => {
    assert.ok(error instanceof TimeoutError, String(error))
    assert.equal(error.outcomeUnknown, true)
    return true
  })
  await parsec.getOrGenerate('web-tls')
  await assert.rejects(far.open('web-tls', { timeout: 150 }), (error: unknown) => {
    assert.ok(error instanceof TimeoutError, String(error))
    assert.equal(error.outcomeUnknown, false)
    return true
  })
  await far.open('web-tls', { timeout: 60_000 })
})

test('handles work after a restart of the service', async () => {
  const key = await parsec.getOrGenerate('survivor')
  const signature = await key.sign(hello)
  await service.restart()
  assert.equal(await key.verify(signature, hello), true)
})

test('a closed client refuses calls', async () => {
  const other = await service.connect()
  await other[Symbol.asyncDispose]()
  await assert.rejects(other.ping(), ServiceUnavailableError)
})

test('the tracing channel reports each call, and never data', async (t) => {
  const heard: { channel: string; event: CallEvent }[] = []
  const listeners = {
    start: (event: CallEvent) => heard.push({ channel: 'start', event: { ...event } }),
    asyncEnd: (event: CallEvent) => heard.push({ channel: 'asyncEnd', event: { ...event } }),
    error: (event: CallEvent) => heard.push({ channel: 'error', event: { ...event } }),
    end: () => undefined,
    asyncStart: () => undefined,
  }
  const key = await parsec.getOrGenerate('web-tls')
  events.subscribe(listeners)
  t.after(() => {
    events.unsubscribe(listeners)
  })
  await key.sign(hello)
  await assert.rejects(parsec.open('missing'))
  assert.ok(heard.every(({ event }) => (event as { result?: unknown }).result === undefined))
  events.unsubscribe(listeners)
  assert.deepEqual(
    heard.map(({ channel, event }) => `${channel} ${event.operation} ${String(event.keyName)}`),
    [
      'start sign web-tls',
      'asyncEnd sign web-tls',
      'start open missing',
      'error open missing',
      'asyncEnd open missing',
    ],
  )
  assert.ok((heard[1]?.event.duration ?? -1) > 0)
})

test('a thousand concurrent calls succeed', async () => {
  const mac = await parsec.getOrGenerate('many', { algorithm: 'HMAC' })
  const codes = await Promise.all(Array.from({ length: 1000 }, (_, at) => mac.compute(text(String(at)))))
  assert.equal(new Set(codes.map((code) => Buffer.from(code).toString('hex'))).size, 1000)
})
