/**
 * `subtle` performs exactly the given algorithm, or throws: every algorithm with every kind of key, and each
 * success compared with the WebCrypto of Node.js.
 */

import assert from 'node:assert/strict'
import type { webcrypto } from 'node:crypto'
import { test } from 'node:test'

import {
  DecryptionKey,
  SigningKey,
  SymmetricKey,
  type AnyKey,
  type KeyOptions,
  type SubtleAlgorithm,
} from '@parsec/client'

import { text, useService } from './service.js'

const { parsec } = await useService()
const { subtle } = parsec

const hello = text('hello')
const nothing = new Uint8Array()

/** Kinds of keys, each with what WebCrypto calls it. */
const kinds: Record<string, KeyOptions> = {
  'ECDSA P-256': { algorithm: 'ECDSA-P256' },
  'ECDSA P-384': { algorithm: 'ECDSA-P384' },
  'ECDSA P-256 SHA-512': { algorithm: 'ECDSA-P256', hash: 'SHA-512' },
  'ECDSA brainpool': { algorithm: 'ECDSA-BRAINPOOL-P256' },
  'RSA-PSS': { algorithm: 'RSA-2048' },
  'RSA-PSS SHA-512': { algorithm: 'RSA-2048', hash: 'SHA-512' },
  'RSASSA-PKCS1-v1_5': { algorithm: 'RSA-2048', padding: 'pkcs1' },
  'RSA-OAEP': { algorithm: 'RSA-OAEP-2048' },
  'AES-GCM 256': { algorithm: 'AES-256-GCM' },
  'AES-CCM': { algorithm: 'AES-256-CCM' },
  'ChaCha20-Poly1305': { algorithm: 'ChaCha20-Poly1305' },
  HMAC: { algorithm: 'HMAC' },
  'HMAC SHA-512': { algorithm: 'HMAC', hash: 'SHA-512' },
  CMAC: { algorithm: 'AES-CMAC' },
  HKDF: { algorithm: 'HKDF' },
  'ECDH P-256': { algorithm: 'ECDH-P256' },
  X25519: { algorithm: 'X25519' },
  'AES-KW': { algorithm: 'AES-KEY-WRAP' },
}

const keys = new Map<string, AnyKey>()
for (const [name, options] of Object.entries(kinds)) {
  keys.set(name, await parsec.generate(`subtle ${name}`, { algorithm: 'ECDSA-P256', ...options }))
}
const signer = keys.get('ECDSA P-256')
assert.ok(signer instanceof SigningKey)
keys.set('public', await parsec.importPublic('subtle public', signer.publicKey))

type Kind = 'NotSupportedError' | 'InvalidAccessError' | 'OperationError' | 'SyntaxError' | 'TypeError'

/** An algorithm, the keys that it works with, and the error with all others. */
interface Row {
  algorithm: SubtleAlgorithm
  /** The names of kinds. */
  with?: string[]
  /** The error with other keys. Default: `InvalidAccessError`. */
  error?: Kind
}

async function run(operation: string, algorithm: SubtleAlgorithm, key: AnyKey): Promise<unknown> {
  switch (operation) {
    case 'sign':
      return await subtle.sign(algorithm, key as never, hello)
    case 'verify':
      return await subtle.verify(algorithm, key as never, new Uint8Array(64), hello)
    case 'encrypt':
      return await subtle.encrypt(algorithm, key as never, hello)
    case 'decrypt':
      return await subtle.decrypt(algorithm, key as never, new Uint8Array(256))
    default:
      return await subtle.deriveBits(algorithm, key as never, 128)
  }
}

const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])
const x25519 = (await crypto.subtle.generateKey('X25519', true, ['deriveBits'])) as webcrypto.CryptoKeyPair

const signatures: Row[] = [
  { algorithm: { name: 'ECDSA', hash: 'SHA-256' }, with: ['ECDSA P-256', 'public'] },
  { algorithm: { name: 'ecdsa', hash: { name: 'sha-256' } }, with: ['ECDSA P-256', 'public'] },
  { algorithm: { name: 'ECDSA', hash: 'SHA-384' }, with: ['ECDSA P-384'] },
  { algorithm: { name: 'ECDSA', hash: 'SHA-512' }, with: ['ECDSA P-256 SHA-512'] },
  { algorithm: { name: 'ECDSA', hash: 'SHA-1' } },
  { algorithm: { name: 'ECDSA', hash: 'MD-77' }, error: 'NotSupportedError' },
  { algorithm: 'ECDSA', error: 'TypeError' },
  { algorithm: { name: 'ECDSA', hash: 'SHA-256', saltLength: 32 }, error: 'TypeError' },
  { algorithm: { name: 'RSA-PSS', saltLength: 32 }, with: ['RSA-PSS'] },
  { algorithm: { name: 'RSA-PSS', saltLength: 64 }, with: ['RSA-PSS SHA-512'] },
  { algorithm: { name: 'RSA-PSS', saltLength: 0 } },
  { algorithm: 'RSA-PSS', error: 'TypeError' },
  { algorithm: 'RSASSA-PKCS1-v1_5', with: ['RSASSA-PKCS1-v1_5'] },
  { algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' } },
  { algorithm: 'HMAC', with: ['HMAC', 'HMAC SHA-512'] },
  { algorithm: { name: 'HMAC', hash: 'SHA-512' }, with: ['HMAC SHA-512'] },
  { algorithm: 'Ed25519' },
  { algorithm: 'Ed448', error: 'NotSupportedError' },
  { algorithm: 'AES-GCM', error: 'NotSupportedError' },
  { algorithm: 'AES-CMAC', error: 'NotSupportedError' },
  { algorithm: '', error: 'NotSupportedError' },
]

const encryptions: Row[] = [
  { algorithm: 'AES-GCM', with: ['AES-GCM 256'] },
  { algorithm: { name: 'AES-GCM', tagLength: 128, additionalData: hello }, with: ['AES-GCM 256'] },
  { algorithm: { name: 'AES-GCM', tagLength: 96 } },
  { algorithm: { name: 'AES-GCM', label: hello }, error: 'TypeError' },
  { algorithm: { name: 'AES-GCM', additionalDta: hello } as never, error: 'TypeError' },
  { algorithm: { name: 'AES-GCM', iv: new Uint8Array(16) } },
  { algorithm: 'ChaCha20-Poly1305', with: ['ChaCha20-Poly1305'] },
  { algorithm: 'RSA-OAEP', with: ['RSA-OAEP'] },
  { algorithm: { name: 'RSA-OAEP', label: hello, hash: 'SHA-256' }, with: ['RSA-OAEP'] },
  { algorithm: { name: 'RSA-OAEP', hash: 'SHA-1' } },
  { algorithm: { name: 'RSA-OAEP', additionalData: hello }, error: 'TypeError' },
  { algorithm: 'AES-CBC', error: 'NotSupportedError' },
  { algorithm: 'AES-CTR', error: 'NotSupportedError' },
  { algorithm: 'AES-CCM', error: 'NotSupportedError' },
  { algorithm: 'RSAES-PKCS1-v1_5', error: 'NotSupportedError' },
  { algorithm: { name: 'ECDSA', hash: 'SHA-256' }, error: 'NotSupportedError' },
]

const derivations: Row[] = [
  { algorithm: { name: 'HKDF', hash: 'SHA-256', salt: nothing, info: hello }, with: ['HKDF'] },
  { algorithm: { name: 'HKDF', hash: 'SHA-512', salt: nothing, info: hello } },
  { algorithm: { name: 'HKDF', hash: 'SHA-256', salt: hello, info: hello }, with: ['HKDF'] },
  { algorithm: { name: 'HKDF', salt: nothing, info: hello }, error: 'TypeError' },
  { algorithm: { name: 'HKDF', hash: 'SHA-256', info: hello }, error: 'TypeError' },
  { algorithm: { name: 'ECDH', public: pair.publicKey }, with: ['ECDH P-256'] },
  { algorithm: { name: 'X25519', public: x25519.publicKey }, with: ['X25519'] },
  { algorithm: { name: 'ECDH', public: x25519.publicKey } },
  { algorithm: { name: 'X25519', public: pair.publicKey } },
  { algorithm: { name: 'ECDH', public: pair.privateKey } },
  { algorithm: 'ECDH', error: 'TypeError' },
  { algorithm: { name: 'PBKDF2', hash: 'SHA-256', salt: nothing }, error: 'NotSupportedError' },
]

/** Errors of keys that are for the algorithm, but not for one of its parameters. */
const exceptions: Record<string, Kind> = {
  'RSA-PSS saltLength 0, RSA-PSS': 'NotSupportedError',
  'RSA-PSS saltLength 0, RSA-PSS SHA-512': 'NotSupportedError',
  'RSA-PSS saltLength 32, RSA-PSS SHA-512': 'NotSupportedError',
  'RSA-PSS saltLength 64, RSA-PSS': 'NotSupportedError',
  'AES-GCM tagLength 96, AES-GCM 256': 'NotSupportedError',
  'AES-GCM iv, AES-GCM 256': 'NotSupportedError',
}

const describe = (algorithm: SubtleAlgorithm): string =>
  typeof algorithm === 'string'
    ? algorithm
    : Object.entries(algorithm)
        .map(([name, value]) =>
          name === 'name' ? String(value) : typeof value === 'object' ? name : `${name} ${String(value)}`,
        )
        .join(' ')

for (const [operations, rows] of [
  [['sign', 'verify'], signatures],
  [['encrypt', 'decrypt'], encryptions],
  [['deriveBits'], derivations],
] as const) {
  for (const operation of operations) {
    test(`${operation} does each algorithm with its keys, and refuses all others`, async () => {
      let refused = 0
      for (const { algorithm, with: own = [], error = 'InvalidAccessError' } of rows) {
        for (const [kind, key] of keys) {
          const title = `${describe(algorithm)}, ${kind}`
          const call = run(operation, algorithm, key).catch((caught: unknown) => caught as Error)
          const result = await call
          const cannotSign = operation === 'sign' && kind === 'public'
          if (own.includes(kind) && !cannotSign) {
            // A ciphertext of zeros is wrong for every key.
            if (operation === 'decrypt') assert.equal((result as Error).name, 'OperationError', title)
            else assert.ok(!(result instanceof Error), `${title}: ${String(result)}`)
            if (operation === 'verify') assert.equal(result, false, title)
            continue
          }
          refused += 1
          assert.ok(result instanceof Error, `${title}: no error`)
          assert.equal(result.name, exceptions[title] ?? error, `${title}: ${result.message}`)
        }
      }
      assert.ok(refused > 100, String(refused))
    })
  }
}

test('the results are those of the WebCrypto of Node.js', async () => {
  const ecdsa = { name: 'ECDSA', hash: 'SHA-512' }
  for (const [kind, algorithm, imported] of [
    ['ECDSA P-256 SHA-512', ecdsa, { name: 'ECDSA', namedCurve: 'P-256' }],
    ['RSA-PSS SHA-512', { name: 'RSA-PSS', saltLength: 64 }, { name: 'RSA-PSS', hash: 'SHA-512' }],
    ['RSASSA-PKCS1-v1_5', { name: 'RSASSA-PKCS1-v1_5' }, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
  ] as const) {
    const key = keys.get(kind)
    assert.ok(key instanceof SigningKey)
    const spki = await subtle.exportKey('spki', key)
    const theirs = await crypto.subtle.importKey('spki', spki, imported, true, ['verify'])
    const signature = await subtle.sign(algorithm, key, hello)
    assert.ok(await crypto.subtle.verify(algorithm, theirs, signature, hello), kind)
    assert.ok(await subtle.verify(algorithm, key, signature, hello), kind)
  }

  const secret = new Uint8Array(32).fill(7)
  const mac = await parsec.import('subtle mac', secret, { algorithm: 'HMAC' })
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const theirMac = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign'])
  assert.deepEqual(await subtle.sign('HMAC', mac, hello), await crypto.subtle.sign('HMAC', theirMac, hello))

  const root = await parsec.import('subtle root', secret, { algorithm: 'HKDF' })
  const theirRoot = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: nothing, info: hello }
  for (const wanted of [hkdf, { ...hkdf, salt: hello }]) {
    assert.deepEqual(await subtle.deriveBits(wanted, root, 256), await crypto.subtle.deriveBits(wanted, theirRoot, 256))
  }

  const vault = await parsec.import('subtle aes', secret, { algorithm: 'AES-256-GCM' })
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const gcm = { name: 'AES-GCM', iv, additionalData: hello }
  const theirVault = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt', 'decrypt'])
  const sealed = await crypto.subtle.encrypt(gcm, theirVault, hello)
  assert.deepEqual(new Uint8Array(await subtle.decrypt(gcm, vault, sealed)), hello)
  const ours = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', additionalData: hello }, vault, hello))
  const opened = await crypto.subtle.decrypt({ ...gcm, iv: ours.slice(0, 12) }, theirVault, ours.slice(12))
  assert.deepEqual(new Uint8Array(opened), hello)

  const mail = keys.get('RSA-OAEP')
  assert.ok(mail instanceof DecryptionKey)
  const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' }
  const to = await crypto.subtle.importKey('spki', await subtle.exportKey('spki', mail), oaep, true, ['encrypt'])
  const letter = await crypto.subtle.encrypt({ name: 'RSA-OAEP', label: hello }, to, hello)
  assert.deepEqual(new Uint8Array(await subtle.decrypt({ name: 'RSA-OAEP', label: hello }, mail, letter)), hello)
  await assert.rejects(subtle.decrypt('RSA-OAEP', mail, letter), { name: 'OperationError' })

  const ecdh = keys.get('ECDH P-256')
  const whole = await subtle.deriveBits({ name: 'ECDH', public: pair.publicKey }, ecdh as never)
  assert.equal(whole.byteLength, 32)
  await assert.rejects(subtle.deriveBits({ name: 'ECDH', public: pair.publicKey }, ecdh as never, 512), {
    name: 'OperationError',
  })
  await assert.rejects(subtle.deriveBits(hkdf, root), { name: 'OperationError' })
  assert.deepEqual(await subtle.digest('SHA-384', hello), await crypto.subtle.digest('SHA-384', hello))
  await assert.rejects(subtle.digest('MD5', hello), { name: 'NotSupportedError' })
  await assert.rejects(subtle.exportKey('raw', mail), { name: 'NotSupportedError' })
})

test('generateKey makes exactly the given kind of key, or no key', async () => {
  const both = ['sign', 'verify']
  const crypt = ['encrypt', 'decrypt']
  const rsa = { modulusLength: 2048, hash: 'SHA-384', publicExponent: new Uint8Array([1, 0, 1]) }
  const made: [SubtleAlgorithm, boolean, string[], (attributes: string, key: AnyKey) => void][] = [
    [{ name: 'ECDSA', namedCurve: 'P-521' }, false, both, (has) => assert.match(has, /"keyBits":521/)],
    [{ name: 'RSA-PSS', ...rsa }, true, both, (has) => assert.match(has, /rsa-pss.*sha-384/)],
    [{ name: 'RSASSA-PKCS1-v1_5', ...rsa }, false, both, (has) => assert.match(has, /pkcs1v15-sign.*sha-384/)],
    [{ name: 'RSA-OAEP', ...rsa }, false, ['decrypt'], (has) => assert.match(has, /rsa-oaep.*sha-384/)],
    [
      { name: 'AES-GCM', length: 128 },
      true,
      crypt,
      (has, key) => {
        assert.match(has, /"keyBits":128/)
        assert.ok(key instanceof SymmetricKey)
      },
    ],
    [{ name: 'HMAC', hash: 'SHA-512', length: 512 }, false, ['sign'], (has) => assert.match(has, /sha-512/)],
    [{ name: 'HKDF', hash: 'SHA-384' }, false, ['deriveBits'], (has) => assert.match(has, /hkdf.*sha-384/)],
    ['X25519', false, ['deriveBits', 'deriveKey'], (has) => assert.match(has, /montgomery/)],
  ]
  for (const [at, [algorithm, extractable, usages, check]] of made.entries()) {
    const key = await subtle.generateKey(algorithm, extractable, usages, { name: `generated ${String(at)}` })
    check(JSON.stringify(key.attributes), key)
    assert.equal(key.attributes.keyPolicy.keyUsageFlags.export === true, extractable, describe(algorithm))
  }

  const wrong: [SubtleAlgorithm, unknown, unknown, Kind][] = [
    [{ name: 'ECDSA' }, false, both, 'TypeError'],
    [{ name: 'ECDSA', namedCurve: 'P-224' }, false, both, 'NotSupportedError'],
    [{ name: 'ECDSA', namedCurve: 'P-256' }, 'no', both, 'TypeError'],
    [{ name: 'ECDSA', namedCurve: 'P-256' }, false, [], 'SyntaxError'],
    [{ name: 'ECDSA', namedCurve: 'P-256' }, false, ['encrypt'], 'SyntaxError'],
    [{ name: 'ECDH', namedCurve: 'P-384' }, false, ['deriveBits'], 'NotSupportedError'],
    [{ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveKey'], 'NotSupportedError'],
    [{ name: 'RSA-PSS', ...rsa, modulusLength: 1024 }, false, both, 'NotSupportedError'],
    [{ name: 'RSA-PSS', ...rsa, publicExponent: new Uint8Array([3]) }, false, both, 'NotSupportedError'],
    [{ name: 'RSA-PSS', modulusLength: 2048 }, false, both, 'TypeError'],
    [{ name: 'RSA-OAEP', ...rsa }, false, ['decrypt', 'unwrapKey'], 'NotSupportedError'],
    [{ name: 'AES-GCM', length: 192 }, false, crypt, 'NotSupportedError'],
    [{ name: 'AES-GCM', length: 256 }, false, ['encrypt'], 'NotSupportedError'],
    [{ name: 'AES-GCM', length: 256, hash: 'SHA-256' }, false, crypt, 'TypeError'],
    [{ name: 'HMAC', hash: 'SHA-256', length: 128 }, false, both, 'NotSupportedError'],
    [{ name: 'HMAC', hash: 'SHA-256' }, false, ['verify'], 'NotSupportedError'],
    ['AES-CBC', false, crypt, 'NotSupportedError'],
    ['AES-KW', false, ['wrapKey', 'unwrapKey'], 'NotSupportedError'],
  ]
  for (const [algorithm, extractable, usages, name] of wrong) {
    const call = subtle.generateKey(algorithm, extractable as never, usages as never, { name: 'never made' })
    await assert.rejects(call, { name }, describe(algorithm))
  }
  await assert.rejects(parsec.open('never made'), { code: 'ERR_PARSEC_KEY_NOT_FOUND' })
})
