/** The types of the package: this file must compile, with an error at each `@ts-expect-error`. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import type {
  AnyParsecError,
  OwnBytes,
  Client,
  DecryptionKey,
  KeyNotFoundError,
  MacKey,
  SigningKey,
  SymmetricKey,
  WrappingKey,
} from '@parsec/client'

type Same<A, B> = [A, B] extends [B, A] ? true : never
type Made<T> = T extends (...args: never) => Promise<infer K> ? K : never

/** Compiled and never called: the types are the test. */
export async function types(parsec: Client, error: AnyParsecError): Promise<void> {
  const signing = await parsec.generate('web-tls')
  const vault = await parsec.generate('vault', { algorithm: 'AES-256-GCM' })
  const mac = await parsec.getOrGenerate('mac', { algorithm: 'HMAC', hash: 'SHA-512' })
  const mail = await parsec.temporary({ algorithm: 'RSA-OAEP' })
  const backup = await parsec.import('b', new Uint8Array(32), { algorithm: 'AES-KEY-WRAP' })
  const all: [
    Same<typeof signing, SigningKey>,
    Same<typeof vault, SymmetricKey>,
    Same<typeof mac, MacKey>,
    Same<typeof mail, DecryptionKey & AsyncDisposable>,
    Same<typeof backup, WrappingKey>,
    Same<Made<typeof signing.sign>, OwnBytes>,
  ] = [true, true, true, true, true, true]
  assert.ok(all)
  await Promise.all([mac.delete(), mail.delete(), backup.delete()])
  // @ts-expect-error: a signing key does not encrypt.
  signing.encrypt(new Uint8Array())
  // @ts-expect-error: a symmetric key does not sign.
  vault.sign(new Uint8Array())
  // @ts-expect-error: a string is not bytes.
  await signing.sign('text')
  // @ts-expect-error: unknown algorithm.
  await parsec.generate('x', { algorithm: 'AES-512' })
  // @ts-expect-error: unknown provider.
  await parsec.generate('x', { provider: 'cloud' })
  // @ts-expect-error: the name is the first argument.
  await parsec.generate({ algorithm: 'HMAC' })
  const any = await parsec.open('x')
  if (any.role === 'symmetric') await any.encrypt(new Uint8Array())
  // @ts-expect-error: the role of a key of any kind must be checked first.
  await any.encrypt(new Uint8Array())
  if (error.code === 'ERR_PARSEC_KEY_NOT_FOUND') {
    const found: KeyNotFoundError = error
    assert.ok(found)
  }
}

test('calls have the right types', () => {
  assert.equal(typeof types, 'function')
})
