import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { compactVerify, flattenedVerify, importJWK, importSPKI, jwtVerify } from 'jose'

import { AgreementKey, DecryptionKey, NotSupportedError, SymmetricKey } from '@parsec/client'

import { startDevices, text, useService } from './service.js'

const { parsec } = await useService()

const hello = text('hello')

test('jose verifies signatures of every kind of signing key', async () => {
  const kinds = [
    ['ES256', { algorithm: 'ECDSA-P256' }],
    ['ES384', { algorithm: 'ECDSA-P384' }],
    ['ES512', { algorithm: 'ECDSA-P521' }],
    ['PS256', { algorithm: 'RSA-2048' }],
    ['PS512', { algorithm: 'RSA-2048', hash: 'SHA-512' }],
    ['RS256', { algorithm: 'RSA-2048', padding: 'pkcs1' }],
  ] as const
  for (const [alg, options] of kinds) {
    const key = await parsec.generate(`jose ${alg}`, options)
    const theirs = await importSPKI(key.publicKey.toPem(), alg)
    const jws = await key.signJws(hello, { kid: 'web-1' })
    const { payload, protectedHeader } = await compactVerify(jws, theirs)
    assert.deepEqual(Uint8Array.from(payload), hello)
    assert.deepEqual(protectedHeader, { alg, kid: 'web-1' })
    await assert.rejects(
      compactVerify(jws.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')).replace('.', '.A'), theirs),
    )
  }
})

test('jose verifies EdDSA of each provider that supports it; the others refuse it', async (t) => {
  const devices = await startDevices()
  t.after(() => devices.stop())
  {
    const made: string[] = []
    for (const number of devices.providers) {
      const client = await devices.connect({ application: 'eddsa', provider: number })
      const name = `ed ${String(number)}`
      const key = await client.generate(name, { algorithm: 'Ed25519' }).catch((error: unknown) => {
        assert.ok(error instanceof NotSupportedError, String(error))
        assert.match(error.message, /Ed25519|not support/i)
        t.diagnostic(`provider ${String(number)}: ${error.message}`)
      })
      if (key === undefined) continue
      made.push(key.provider)
      const jws = await key.signJws(hello, { kid: 'ed-1' })
      const { payload, protectedHeader } = await compactVerify(jws, await importSPKI(key.publicKey.toPem(), 'EdDSA'))
      assert.deepEqual(Uint8Array.from(payload), hello)
      assert.deepEqual(protectedHeader, { alg: 'EdDSA', kid: 'ed-1' })
      const own = await key.publicKey.toCryptoKey()
      assert.ok(await crypto.subtle.verify('Ed25519', own, await key.sign(hello), hello))
      await assert.rejects(compactVerify(`${jws.slice(0, -4)}AAAA`, own as never))
    }
    // The token of the tests supports EdDSA, so at least one signature was verified.
    assert.ok(made.includes('pkcs11'), `supported by: ${made.join(', ')}`)
  }
})

test('a token has an issuer, an audience and an expiry', async () => {
  const key = await parsec.getOrGenerate('web-tls')
  const token = await key.signJwt({ sub: 'alice' }, { issuer: 'us', audience: 'them', expiresIn: 60 })
  const own = await key.publicKey.toCryptoKey()
  const { payload } = await jwtVerify(token, own as never, { issuer: 'us', audience: 'them' })
  assert.equal(payload.sub, 'alice')
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 60)
  await assert.rejects(key.signJwt({}, { expiresIn: -1 }), RangeError)
  await assert.rejects(key.signJws(hello, { alg: 'none' }), TypeError)
  const claims: [object, RegExp][] = [
    [{ exp: new Date() }, /^TypeError: claims\.exp: /],
    [{ nbf: 'now' }, /^TypeError: claims\.nbf: /],
  ]
  for (const [wrong, message] of claims) await assert.rejects(key.signJwt(wrong as never), message)
  await assert.rejects(key.signJwt({ iss: 'a' }, { issuer: 'b' }), /^TypeError: claims\.iss: /)
  await assert.rejects(key.signJwt({ exp: 1 }, { expiresIn: 1 }), /^TypeError: claims\.exp: /)
  await assert.rejects(key.signJwt({}, { header: { b64: false } }), /^TypeError: options\.header\.b64: /)
  // An omitted field does not remove what the key determines.
  const { protectedHeader } = await jwtVerify(await key.signJwt({}, { header: { typ: undefined } }), own as never)
  assert.deepEqual(protectedHeader, { alg: 'ES256', typ: 'JWT' })
  const odd = await parsec.generate('odd', { algorithm: 'ECDSA-BRAINPOOL-P256' })
  await assert.rejects(odd.signJws(hello), NotSupportedError)
})

test('jose verifies an unencoded payload (RFC 7797), and extensions are consistent', async () => {
  const key = await parsec.getOrGenerate('web-tls')
  const theirs = await importJWK(key.publicKey.toJwk(), 'ES256')
  for (const header of [{ b64: false }, { b64: false, crit: ['b64'] }]) {
    const jws = await key.signJws('a payload, as it is', header)
    const [protectedHeader = '', payload = '', signature = ''] = jws.split('.')
    assert.equal(payload, 'a payload, as it is')
    assert.deepEqual(JSON.parse(Buffer.from(protectedHeader, 'base64url').toString()), {
      alg: 'ES256',
      b64: false,
      crit: ['b64'],
    })
    const verified = await flattenedVerify({ protected: protectedHeader, payload, signature }, theirs)
    assert.equal(Buffer.from(verified.payload).toString(), payload)
    await assert.rejects(flattenedVerify({ protected: protectedHeader, payload: 'other', signature }, theirs))
  }
  const encoded = await compactVerify(await key.signJws(hello, { b64: true, alg: undefined }), theirs)
  assert.deepEqual(Uint8Array.from(encoded.payload), hello)
  const extended = await key.signJws(hello, { crit: ['urn:x'], 'urn:x': 1 })
  assert.equal((await compactVerify(extended, theirs, { crit: { 'urn:x': false } })).protectedHeader['urn:x'], 1)
  const wrong: [string | Uint8Array, object, RegExp][] = [
    ['with.period', { b64: false }, /^TypeError: payload: .*period/],
    [new Uint8Array([0]), { b64: false }, /^TypeError: payload: /],
    ['x', { b64: 'false' }, /^TypeError: header\.b64: /],
    ['x', { crit: [] }, /^TypeError: header\.crit: /],
    ['x', { crit: 'b64' }, /^TypeError: header\.crit: /],
    ['x', { crit: ['b64'] }, /^TypeError: header\.crit: .*"b64"/],
    ['x', { crit: ['kid'], kid: 'x' }, /^TypeError: header\.crit: "kid"/],
    ['x', { crit: ['y', 'y'], y: 1 }, /^TypeError: header\.crit: .*twice/],
    ['x', { kid: 5 }, /^TypeError: header\.kid: /],
  ]
  for (const [payload, header, message] of wrong) await assert.rejects(key.signJws(payload, header as never), message)
})

test('openssl verifies a certificate signing request', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parsec-csr-'))
  for (const algorithm of ['ECDSA-P256', 'ECDSA-P384', 'RSA-2048'] as const) {
    const key = await parsec.generate(`csr ${algorithm}`, { algorithm })
    const csr = await key.toCsr({ subject: 'CN=web,O=Example', dnsNames: ['web.example.org', 'w.example.org'] })
    const file = join(folder, 'csr.pem')
    writeFileSync(file, csr.toPem())
    const out = execFileSync('openssl', ['req', '-in', file, '-verify', '-noout', '-text', '-pubkey'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString()
    assert.match(out, /O = Example/)
    assert.match(out, /DNS:web\.example\.org, DNS:w\.example\.org/)
    assert.ok(out.includes(key.publicKey.toPem().trim()))
    assert.ok(csr.toDer().byteLength > 200)
  }
  const key = await parsec.getOrGenerate('web-tls')
  await assert.rejects(key.toCsr({ subject: 'nonsense' }), { code: 'ERR_PARSEC_INVALID_ARGUMENT' })
  await assert.rejects(key.toCsr({ subject: 5 as never }), TypeError)
  rmSync(folder, { recursive: true })
})

test('requests have names of each kind', async () => {
  const key = await parsec.getOrGenerate('web-tls')
  const csr = await key.toCsr({
    subject: '',
    ipAddresses: ['192.0.2.1'],
    uris: ['spiffe://example.org/web'],
    emailAddresses: ['web@example.org'],
  })
  const out = execFileSync('openssl', ['req', '-verify', '-noout', '-text'], {
    input: csr.toPem(),
    stdio: ['pipe', 'pipe', 'pipe'],
  }).toString()
  assert.match(out, /critical\s+IP Address:192\.0\.2\.1, URI:spiffe:\/\/example\.org\/web, email:web@example\.org/)
  await assert.rejects(key.toCsr({ subject: 'CN=web', dnsNames: 'abc' as never }), TypeError)
})

test('encrypted keys are imported with their pass phrase', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
  const key = await parsec.import('locked', pem, { passphrase: 'secret' })
  assert.equal(key.publicKey.toPem(), createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }))
  await key.delete()
  const code = { code: 'ERR_PARSEC_INVALID_ARGUMENT' }
  await assert.rejects(parsec.import('locked', pem), code)
  await assert.rejects(parsec.import('locked', pem, { passphrase: 'other' }), code)
  const bytes = new Uint8Array(32)
  const options = { algorithm: 'AES-256-GCM', passphrase: 'secret' } as const
  await assert.rejects(parsec.import('locked', bytes, options), TypeError)
})

test('subtle signs, encrypts, derives and generates keys', async () => {
  const { subtle } = parsec
  const ecdsa = { name: 'ECDSA', hash: 'SHA-256' }
  const key = await parsec.getOrGenerate('web-tls')
  const signature = await subtle.sign(ecdsa, key, hello)
  assert.ok(signature instanceof ArrayBuffer)
  assert.equal(await subtle.verify(ecdsa, key, signature, hello), true)
  assert.equal(await subtle.verify(ecdsa, key, signature, text('x')), false)
  const native = await crypto.subtle.importKey(
    'spki',
    await subtle.exportKey('spki', key),
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['verify'],
  )
  assert.equal(await crypto.subtle.verify(ecdsa, native, signature, hello), true)
  assert.equal((await subtle.exportKey('jwk', key)).crv, 'P-256')
  assert.equal((await subtle.exportKey('raw', key)).byteLength, 65)

  const vault = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'], {
    name: 'subtle vault',
  })
  assert.ok(vault instanceof SymmetricKey)
  const sealed = await subtle.encrypt({ name: 'AES-GCM', additionalData: hello }, vault, hello)
  assert.deepEqual(
    new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', additionalData: hello }, vault, sealed)),
    hello,
  )
  await assert.rejects(subtle.decrypt('AES-GCM', vault, sealed), { name: 'OperationError' })
  await assert.rejects(subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, vault, hello), {
    name: 'NotSupportedError',
  })

  const pair = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'], {
    name: 'subtle pair',
  })
  assert.ok(pair instanceof AgreementKey)
  const mine = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
  const here = await subtle.deriveBits({ name: 'ECDH', public: mine.publicKey }, pair, 256)
  const theirs = await crypto.subtle.importKey(
    'raw',
    await subtle.exportKey('raw', pair),
    { name: 'ECDH', namedCurve: 'P-256' },
    true,
    [],
  )
  assert.deepEqual(here, await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, mine.privateKey, 256))

  const { publicKey: half } = pair
  assert.deepEqual(new Uint8Array(await subtle.exportKey('spki', pair)), half?.toDer())
  assert.deepEqual((await subtle.exportKey('jwk', pair)).key_ops, [])
  const rsa = { name: 'RSA-OAEP', modulusLength: 2048, hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) }
  const mail = await subtle.generateKey(rsa, false, ['decrypt'], {
    name: 'subtle mail',
  })
  assert.ok(mail instanceof DecryptionKey)
  const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' }
  const to = await crypto.subtle.importKey('jwk', await subtle.exportKey('jwk', mail), oaep, true, ['encrypt'])
  const letter = await crypto.subtle.encrypt(oaep, to, hello)
  assert.deepEqual(new Uint8Array(await subtle.decrypt('RSA-OAEP', mail, letter)), hello)
  await assert.rejects(subtle.exportKey('spki', vault as never), { name: 'InvalidAccessError' })

  const root = await parsec.getOrGenerate('root', { algorithm: 'HKDF' })
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: hello }
  assert.equal((await subtle.deriveBits(hkdf, root, 128)).byteLength, 16)
  assert.equal((await subtle.digest('SHA-256', hello)).byteLength, 32)
})

test('the native WebCrypto and subtle refuse keys of each other, with advice', async () => {
  const ecdsa = { name: 'ECDSA', hash: 'SHA-256' }
  const native = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  await assert.rejects(parsec.subtle.sign(ecdsa, native.privateKey as never, hello), {
    name: 'InvalidAccessError',
    message: /crypto\.subtle.*parsec\.import/,
  })
  const key = await parsec.getOrGenerate('web-tls')
  await assert.rejects(crypto.subtle.sign(ecdsa, key as never, hello), TypeError)
  await assert.rejects(parsec.subtle.sign({ name: 'RSA-PSS', saltLength: 32 }, key, hello), {
    name: 'InvalidAccessError',
  })
  await assert.rejects(parsec.subtle.encrypt('AES-GCM', key as never, hello), { name: 'InvalidAccessError' })
  await assert.rejects(
    parsec.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['encrypt'], { name: 'wrong use' }),
    { name: 'SyntaxError' },
  )
  await assert.rejects(parsec.subtle.generateKey('AES-CBC', false, [], { name: 'x' }), { name: 'NotSupportedError' })
})
