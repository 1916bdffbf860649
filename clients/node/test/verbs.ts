/** The steps of conformance cases, as calls of the public API. */

import assert from 'node:assert/strict'

import {
  AgreementKey,
  DecryptionKey,
  DerivationKey,
  InvalidSignatureError,
  MacKey,
  SigningKey,
  SymmetricKey,
  VerifyingKey,
  WrappingKey,
  type AnyKey,
  type Client,
  type KeyClass,
  type KeyOptions,
} from '@parsec/client'

import { fromContract, toContract } from '../lib/names.js'

/** A step, with bytes in hexadecimal. */
export type Step = Record<string, unknown> & {
  do: string
  as?: string
  on?: string
  fails?: string
  save?: string
  is?: unknown
  'is-not'?: unknown
  number: number
}

type Verb = (parsec: Client, step: Step) => Promise<Uint8Array | undefined | void>

const text = (step: Step, member: string): string => {
  const value = step[member]
  assert.ok(typeof value === 'string', `${member} is missing`)
  return value
}
const bytes = (step: Step, member: string): Uint8Array => Uint8Array.from(Buffer.from(text(step, member), 'hex'))
const some = (step: Step, member: string): Uint8Array | undefined =>
  step[member] === undefined ? undefined : bytes(step, member)
const ascii = (value: string): string =>
  /^([0-9a-f]{2})+$/.test(value) ? Buffer.from(value, 'hex').toString('utf8') : value

function spec(step: Step): KeyOptions & { algorithm: NonNullable<KeyOptions['algorithm']> } {
  const given = step['spec'] as
    string | { name: string; hash?: string; pkcs1?: boolean; exportable?: boolean; copyable?: boolean }
  if (typeof given === 'string') return { algorithm: given as never }
  const { name, hash, pkcs1, exportable, copyable } = given
  return {
    algorithm: name as never,
    hash: hash as never,
    padding: pkcs1 === true ? 'pkcs1' : undefined,
    exportable,
    copyable,
  }
}

const as = <K extends AnyKey>(parsec: Client, step: Step, Class: KeyClass<K>): Promise<K> =>
  parsec.open(text(step, 'key'), { as: Class })

async function verifier(parsec: Client, step: Step): Promise<SigningKey | VerifyingKey> {
  const key = await parsec.open(text(step, 'key'))
  return key instanceof VerifyingKey ? key : await as(parsec, step, SigningKey)
}

async function must(answer: Promise<boolean>): Promise<void> {
  if (!(await answer)) throw new InvalidSignatureError('the signature or code does not match')
}

/** The message in pieces, if the step has a size of pieces. */
function source(step: Step, member: string): Uint8Array | Iterable<Uint8Array> {
  const whole = bytes(step, member)
  const size = step['pieces']
  if (typeof size !== 'number') return whole
  return (function* () {
    for (let at = 0; at < whole.byteLength; at += size) yield whole.subarray(at, at + size)
  })()
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const taken: Uint8Array[] = []
  for await (const piece of pieces) taken.push(piece)
  return Uint8Array.from(Buffer.concat(taken))
}

/** Length of nonce and tag. */
const OVERHEAD = 28

function isCcm(key: SymmetricKey): boolean {
  return JSON.stringify(key.attributes).includes('"ccm"')
}

/** Whether `whole` contains `part`; bytes are hexadecimal in both. */
function contains(whole: unknown, part: unknown, where: string): void {
  if (typeof part === 'object' && part !== null && !Array.isArray(part) && !(part instanceof Uint8Array)) {
    assert.ok(typeof whole === 'object' && whole !== null, where)
    for (const [name, inner] of Object.entries(part)) {
      contains((whole as Record<string, unknown>)[name], inner, `${where}.${name}`)
    }
    return
  }
  if (Array.isArray(part)) {
    assert.ok(Array.isArray(whole) && whole.length === part.length, where)
    for (const [at, inner] of part.entries()) contains(whole[at], inner, `${where}[${String(at)}]`)
    return
  }
  assert.deepEqual(whole, part, where)
}

/** Converts `{hex}` and `{text}` to bytes at any depth. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const [entry, ...more] = Object.entries(value)
  if (entry !== undefined && more.length === 0 && typeof entry[1] === 'string') {
    if (entry[0] === 'hex') return Uint8Array.from(Buffer.from(entry[1], 'hex'))
    if (entry[0] === 'text') return Uint8Array.from(Buffer.from(entry[1], 'utf8'))
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
}

/** The calls of each kind of step. Each step opens its key by its name. */
export const VERBS: Partial<Record<string, Verb>> = {
  generate: async (parsec, step) => void (await parsec.generate(text(step, 'key'), spec(step))),
  'get-or-generate': async (parsec, step) => void (await parsec.getOrGenerate(text(step, 'key'), spec(step))),
  import: async (parsec, step) => void (await parsec.import(text(step, 'key'), ascii(text(step, 'pem')), spec(step))),
  'import-public': async (parsec, step) =>
    void (await parsec.importPublic(text(step, 'key'), ascii(text(step, 'pem')), spec(step))),
  'import-bytes': async (parsec, step) =>
    void (await parsec.importBytes(text(step, 'key'), bytes(step, 'material'), spec(step))),
  open: async (parsec, step) => {
    assert.equal((await parsec.open(text(step, 'key'))).role, step['role'])
  },
  list: async (parsec, step) => {
    const names = (await parsec.keys()).map(({ name }) => name)
    assert.deepEqual(names.sort(), step['names'])
  },
  attributes: async (parsec, step) => {
    const { attributes } = await parsec.open(text(step, 'key'))
    contains(toContract(attributes), step['match'], 'attributes')
  },
  public: async (parsec, step) => {
    const key = await parsec.open(text(step, 'key'))
    if (key instanceof AgreementKey) return await key.exportPublic()
    if (!('publicKey' in key) || key.publicKey === undefined) throw new TypeError('the key has no public key')
    if (step['form'] === 'der') return key.publicKey.toDer()
    if (step['form'] === 'pem') return new TextEncoder().encode(key.publicKey.toPem())
    return key.publicKey.toRaw()
  },
  sign: async (parsec, step) => await (await as(parsec, step, SigningKey)).sign(bytes(step, 'message')),
  'sign-hash': async (parsec, step) => await (await as(parsec, step, SigningKey)).signHash(bytes(step, 'hash')),
  verify: async (parsec, step) =>
    await must((await verifier(parsec, step)).verify(bytes(step, 'signature'), bytes(step, 'message'))),
  'verify-hash': async (parsec, step) =>
    await must((await verifier(parsec, step)).verifyHash(bytes(step, 'signature'), bytes(step, 'hash'))),
  encrypt: async (parsec, step) => {
    const key = await as(parsec, step, SymmetricKey)
    const data = source(step, 'plaintext')
    const options = { additionalData: some(step, 'context') }
    if (data instanceof Uint8Array) return await key.encrypt(data, options)
    const length = isCcm(key) ? bytes(step, 'plaintext').byteLength : undefined
    return await all(key.encryptStream(data, { ...options, length }))
  },
  decrypt: async (parsec, step) => {
    const key = await as(parsec, step, SymmetricKey)
    const data = source(step, 'ciphertext')
    const options = { additionalData: some(step, 'context') }
    if (data instanceof Uint8Array) return await key.decrypt(data, options)
    const length = isCcm(key) ? bytes(step, 'ciphertext').byteLength - OVERHEAD : undefined
    return await all(key.decryptStream(data, { ...options, length }))
  },
  'encrypt-to': async (parsec, step) =>
    await (await as(parsec, step, DecryptionKey)).encrypt(bytes(step, 'plaintext'), { label: some(step, 'label') }),
  'decrypt-from': async (parsec, step) =>
    await (await as(parsec, step, DecryptionKey)).decrypt(bytes(step, 'ciphertext'), { label: some(step, 'label') }),
  mac: async (parsec, step) => await (await as(parsec, step, MacKey)).compute(source(step, 'message')),
  'verify-mac': async (parsec, step) =>
    await must((await as(parsec, step, MacKey)).verify(bytes(step, 'code'), source(step, 'message'))),
  'derive-bytes': async (parsec, step) =>
    await (await as(parsec, step, DerivationKey)).deriveBytes(bytes(step, 'info'), step['length'] as number),
  'derive-key': async (parsec, step) =>
    void (await (await as(parsec, step, DerivationKey)).deriveKey(bytes(step, 'info'), text(step, 'new'), spec(step))),
  agree: async (parsec, step) =>
    void (await (
      await as(parsec, step, AgreementKey)
    ).agreeKey(bytes(step, 'peer'), text(step, 'new'), {
      ...spec(step),
      info: bytes(step, 'info'),
    })),
  export: async (parsec, step) => await (await parsec.open(text(step, 'key'))).exportPrivate(),
  copy: async (parsec, step) => void (await (await parsec.open(text(step, 'key'))).copy(text(step, 'new'))),
  rename: async (parsec, step) => void (await (await parsec.open(text(step, 'key'))).rename(text(step, 'new'))),
  delete: async (parsec, step) => {
    await (await parsec.open(text(step, 'key'))).delete()
  },
  wrap: async (parsec, step) => await (await as(parsec, step, WrappingKey)).wrap(text(step, 'target')),
  unwrap: async (parsec, step) =>
    void (await (await as(parsec, step, WrappingKey)).unwrap(bytes(step, 'wrapped'), text(step, 'new'), spec(step))),
  random: async (parsec, step) => {
    const random = await parsec.random(step['count'] as number)
    assert.equal(random.byteLength, step['count'])
    return random
  },
  hash: async (parsec, step) => await parsec.hash(text(step, 'algorithm') as never, source(step, 'message')),
  raw: async (parsec, step) => {
    const method = text(step, 'operation').replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    const raw = parsec.raw as unknown as Record<string, (input: unknown, options?: object) => Promise<unknown>>
    const call = raw[method]
    assert.ok(call !== undefined, `there is no ${method}`)
    const input = fromContract(plain(step['input'])) as object
    const options = { provider: step.number }
    // Operations without inputs take only the options.
    const answer = await (call.length === 0 && Object.keys(input).length === 0
      ? call.call(raw, options)
      : call.call(raw, input, options))
    const output = toContract(answer ?? {}) as Record<string, unknown>
    contains(output, plain(step['output'] ?? {}), 'output')
    const field = step['field']
    return typeof field === 'string' ? (output[field] as Uint8Array) : undefined
  },
}
