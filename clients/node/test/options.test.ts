/** Unknown options are errors in every method that takes options, also in those that are written by hand. */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { test } from 'node:test'

import ts from 'typescript'

import { connect, SigningKey, type Client } from '@parsec/client'

import { text, useService } from './service.js'

const { parsec } = await useService()

/** A public method, and the place of its options among its arguments. */
interface Method {
  readonly of: string
  readonly name: string
  readonly place: number
}

const lib = resolve(import.meta.dirname, '..', 'lib')

/** The public functions and methods with a parameter `options`, from the declarations that users get. */
function methods(): Method[] {
  const index = resolve(lib, 'index.d.ts')
  const program = ts.createProgram([index], { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(index)
  const symbol = file && checker.getSymbolAtLocation(file)
  assert.ok(symbol !== undefined)
  const placeOf = (declaration: ts.Declaration): number =>
    ts.isFunctionLike(declaration) ? declaration.parameters.findIndex(({ name }) => name.getText() === 'options') : -1
  const found: Method[] = []
  for (const exported of checker.getExportsOfModule(symbol)) {
    const of = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    for (const declaration of of.declarations ?? []) {
      const place = placeOf(declaration)
      if (ts.isFunctionDeclaration(declaration) && place >= 0) found.push({ of: '', name: of.name, place })
    }
    if (!(of.flags & ts.SymbolFlags.Class)) continue
    for (const property of checker.getDeclaredTypeOfSymbol(of).getProperties()) {
      const [place = -1] = (property.declarations ?? [])
        .filter((declaration) => declaration.getSourceFile().fileName.startsWith(lib))
        .map(placeOf)
      if (place >= 0) found.push({ of: exported.name, name: property.name, place })
    }
  }
  return found
}

async function instances(client: Client): Promise<Record<string, object>> {
  const kinds = {
    SigningKey: 'ECDSA-P256',
    SymmetricKey: 'AES-256-GCM',
    MacKey: 'HMAC',
    DecryptionKey: 'RSA-OAEP-2048',
    DerivationKey: 'HKDF',
    AgreementKey: 'ECDH-P256',
    WrappingKey: 'AES-KEY-WRAP',
  } as const
  const keys: Record<string, object> = {}
  for (const [name, algorithm] of Object.entries(kinds)) {
    keys[name] = await client.generate(`options ${algorithm}`, { algorithm })
  }
  const signing = await client.open('options ECDSA-P256', { as: SigningKey })
  const verifying = await client.importPublic('options public', signing.publicKey)
  const { raw, admin, subtle, tls } = client
  return {
    ...{ Client: client, Raw: raw, Admin: admin, Subtle: subtle, Tls: tls, PublicKey: signing.publicKey },
    ...{ ...keys, VerifyingKey: verifying, Key: signing, OtherKey: signing },
  }
}

/** Arguments before the options, where nothing is not enough to reach them. */
const before: Record<string, unknown[]> = {
  'Subtle.generateKey': [{ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']],
  'Tls.secure': [createServer()],
  'Tls.connect': [{ host: 'localhost', port: 1 }],
  'SigningKey.signJws': ['payload', {}],
  'SigningKey.signJwt': [{}],
}

test('every method with options refuses an unknown one, and names it', async () => {
  const all = methods()
  assert.ok(all.length >= 200, String(all.length))
  const targets: Record<string, object> = { ...(await instances(parsec)), '': { connect } }
  for (const { of, name, place } of all) {
    const title = `${of}.${name}`
    const target = targets[of]
    assert.ok(target !== undefined, `the test has no ${of}`)
    const method = (target as Record<string, unknown>)[name] as (...given: unknown[]) => unknown
    const first = before[title] ?? Array.from({ length: place }, () => (of === 'Raw' ? {} : undefined))
    const call = async () => {
      const result = method.call(target, ...first, { nonsense: 1 })
      if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
        await (result as AsyncIterable<unknown>)[Symbol.asyncIterator]().next()
      }
      return await result
    }
    await assert.rejects(
      call,
      (error: unknown) => {
        assert.ok(error instanceof TypeError, `${title}: ${String(error)}`)
        assert.match(error.message, /^options\.nonsense: is not an option/, title)
        return true
      },
      title,
    )
  }
})

test('a misspelled option does not change what a call does', async () => {
  const vault = await parsec.getOrGenerate('misspelled', { algorithm: 'AES-256-GCM' })
  const hello = text('hello')
  await assert.rejects(vault.encrypt(hello, { associatedData: hello } as never), /associatedData/)
  await assert.rejects(vault.decrypt(hello, { aad: hello } as never), /aad/)
  await assert.rejects(parsec.generate('x', { algoritm: 'HMAC' } as never), /algoritm/)
  await assert.rejects(parsec.import('x', hello, { algoritm: 'HMAC' } as never), /algoritm/)
  await assert.rejects(parsec.open('x'), { code: 'ERR_PARSEC_KEY_NOT_FOUND' })
  await assert.rejects(connect({ endpont: 'unix:/x' } as never), /endpont/)
  // An omitted option may be undefined.
  await parsec.ping({ signal: undefined, nonsense: undefined } as never)
})

test('unknown fields of structures are errors too', async () => {
  const { attributes } = await parsec.getOrGenerate('structures')
  const calls: [string, () => Promise<unknown>][] = [
    ['input of raw', () => parsec.raw.psaDestroyKey({ keyName: 'structures', nonsense: 1 } as never)],
    ['attributes', () => parsec.generate('y', { attributes: { ...attributes, nonsense: 1 } as never })],
    [
      'policy',
      () =>
        parsec.generate('y', {
          attributes: {
            ...attributes,
            keyPolicy: { ...attributes.keyPolicy, keyUsageFlags: { signHsh: true } as never },
          },
        }),
    ],
    [
      'lifetime',
      () => parsec.generateVolatile('y', { 'expires-at': { time: 1, nonsense: 1 } } as never, { algorithm: 'HMAC' }),
    ],
  ]
  for (const [title, call] of calls) {
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof TypeError, `${title}: ${String(error)}`)
      assert.match(error.message, /nonsense|signHsh/, title)
      return true
    })
  }
  await parsec.open('structures')
})

test('every option may be undefined, under exactOptionalPropertyTypes too', () => {
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'))
  const exact: string[] = []
  let seen = 0
  for (const name of files) {
    const file = ts.createSourceFile(name, readFileSync(resolve(lib, name), 'utf8'), ts.ScriptTarget.ES2022, true)
    const visit = (node: ts.Node, inside: string): void => {
      const named = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)
      const where = named ? node.name.text : inside
      if (ts.isPropertySignature(node) && node.questionToken !== undefined && !OUTPUTS.has(where)) {
        seen += 1
        if (!/\b(undefined|unknown)\b/.test(node.type?.getText() ?? '')) exact.push(`${where}.${node.name.getText()}`)
      }
      ts.forEachChild(node, (child) => {
        visit(child, where)
      })
    }
    visit(file, '')
  }
  assert.ok(seen > 50, String(seen))
  assert.deepEqual(exact, [])
})

/** Results, whose fields are absent instead of undefined. */
const OUTPUTS = new Set(['PublicJwk', 'CallEvent', 'KeyAlgorithm'])
