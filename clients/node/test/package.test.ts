import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'

import { build, type BuildOptions } from 'esbuild'

import { startService, type TestService } from './service.js'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'parsec-package-'))
let service: TestService

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PARSEC_SERVICE_ENDPOINT: service.endpoint },
  })

before(async () => {
  service = await startService()
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ filename: string; files: { path: string }[] }]
  assert.ok(
    packed.files.some(({ path }) => path.endsWith('.node')),
    'the addon is in the package',
  )
  assert.ok(!packed.files.some(({ path }) => path.startsWith('src') || path.startsWith('test')))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', `./${packed.filename}`)
})
after(async () => {
  await service.stop()
  rmSync(folder, { recursive: true })
})

test("the README's sample runs in an empty folder that has the package alone", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const sample = /```javascript\n(.*?)```/s.exec(readme)?.[1]
  assert.ok(sample !== undefined)
  writeFileSync(join(folder, 'sample.mjs'), sample)
  const out = run(process.execPath, 'sample.mjs')
  assert.match(out, /BEGIN PUBLIC KEY/)
  assert.match(out, /^hello$/m)
  assert.match(out, /ERR_PARSEC_KEY_NOT_FOUND/)
})

test('CommonJS and ES modules have the same classes', () => {
  writeFileSync(
    join(folder, 'same.mjs'),
    `import * as imported from '@parsec/client'
     import { createRequire } from 'node:module'
     const required = createRequire(import.meta.url)('@parsec/client')
     const names = Object.keys(required)
     const all = Object.keys(imported)
     const error = await imported.connect().then((parsec) => parsec.open('missing')).catch((error) => error)
     console.log(JSON.stringify({
       count: names.length,
       same: names.every((name) => imported[name] === required[name]),
       more: all.filter((name) => !names.includes(name)),
       error: error instanceof required.KeyNotFoundError && error.name,
     }))`,
  )
  const { count, ...rest } = JSON.parse(run(process.execPath, 'same.mjs')) as { count: number }
  assert.ok(count > 30)
  assert.deepEqual(rest, { same: true, more: [], error: 'KeyNotFoundError' })
})

test('a bundler finds the named exports and the addon', async () => {
  writeFileSync(
    join(folder, 'entry.mjs'),
    `import { connect, KeyNotFoundError } from '@parsec/client'
     import * as all from '@parsec/client'
     connect()
       .then((parsec) => parsec.open('missing'))
       .catch((error) => console.log(error instanceof KeyNotFoundError, KeyNotFoundError === all.KeyNotFoundError))`,
  )
  const common: BuildOptions = {
    entryPoints: [join(folder, 'entry.mjs')],
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  }
  const whole: BuildOptions = { ...common, loader: { '.node': 'copy' } }
  await build({ ...whole, format: 'cjs', outfile: join(folder, 'whole', 'bundle.cjs') })
  await build({ ...common, format: 'esm', packages: 'external', outfile: join(folder, 'bundle.mjs') })
  for (const file of [join('whole', 'bundle.cjs'), 'bundle.mjs']) {
    assert.equal(run(process.execPath, file), 'true true\n', file)
  }
})

test('under Jest, whose modules have another realm, errors and verdicts are the same', async () => {
  const place = join(folder, 'jest')
  mkdirSync(place)
  for (const name of ['first', 'second']) {
    writeFileSync(
      join(place, `${name}.test.js`),
      `const { connect, InvalidSignatureError, KeyNotFoundError, ParsecError } = require('@parsec/client')
       const hello = new TextEncoder().encode('hello')
       let parsec
       let key
       beforeAll(async () => {
         parsec = await connect()
         key = await parsec.getOrGenerate('jest ${name}')
       })
       test('errors are instances of their classes', async () => {
         await expect(parsec.open('missing')).rejects.toThrow(KeyNotFoundError)
         await expect(parsec.open('missing')).rejects.toBeInstanceOf(ParsecError)
         await expect(parsec.open('missing')).rejects.toBeInstanceOf(Error)
         await expect(parsec.open('missing')).rejects.toMatchObject({ code: 'ERR_PARSEC_KEY_NOT_FOUND', keyName: 'missing' })
         await expect(parsec.open('missing')).rejects.not.toThrow(/^{/)
         await expect(key.sign('text')).rejects.toThrow(TypeError)
         await expect(parsec.raw.psaDestroyKey({ keyName: 5 })).rejects.toThrow(TypeError)
       })
       test('a wrong signature is false', async () => {
         const signature = await key.sign(hello)
         expect(signature).toBeInstanceOf(Uint8Array)
         expect(await key.verify(signature, hello)).toBe(true)
         expect(await key.verify(signature, new Uint8Array(3))).toBe(false)
         await expect(key.verifyOrThrow(signature, new Uint8Array(3))).rejects.toThrow(InvalidSignatureError)
       })
       test('bytes are equal to bytes of the test', async () => {
         const vault = await parsec.getOrGenerate('jest vault ${name}', { algorithm: 'AES-256-GCM' })
         expect(await vault.decrypt(await vault.encrypt(hello))).toEqual(new Uint8Array(hello))
       })`,
    )
  }
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js')
  const config = JSON.stringify({
    testEnvironment: 'node',
    transform: {},
    rootDir: place,
    cacheDirectory: join(place, 'cache'),
  })
  const { stderr } = await promisify(execFile)(process.execPath, [jest, '--ci', '--runInBand', '--config', config], {
    cwd: place,
    env: { ...process.env, PARSEC_SERVICE_ENDPOINT: service.endpoint },
  }).catch((error: unknown) => {
    throw new Error((error as { stderr: string }).stderr)
  })
  assert.match(stderr, /Tests: +6 passed, 6 total/)
})

/** A program that uses the package as TypeScript's users do. */
const PROGRAM = `
import { createPublicKey } from 'node:crypto'
import { createServer } from 'node:http'
import * as everything from '@parsec/client'
import { connect, PublicKey, SigningKey, type AnyKey, type OwnBytes, type TlsServerOptions } from '@parsec/client'

export async function main(): Promise<OwnBytes[]> {
  await using parsec = await connect({ timeout: undefined })
  const key = await parsec.generate('key', { hash: undefined })
  const bytes = new Uint8Array(3)
  const signature = await key.sign(bytes, { signal: AbortSignal.timeout(1_000) })
  const vault = await parsec.getOrGenerate('vault', { algorithm: 'AES-256-GCM' })
  const sealed = await vault.encrypt(signature, { additionalData: undefined })
  const { signature: raw } = await parsec.raw.psaSignHash({
    keyName: 'key',
    alg: { ecdsa: { hashAlg: { specific: 'sha-256' } } },
    hash: bytes,
  })
  for (const body of [signature, sealed, raw, key.publicKey.toDer(), await parsec.random(3)]) {
    await fetch('https://example.org', { method: 'POST', body })
    new Blob([body])
    new Response(body)
    await crypto.subtle.digest('SHA-256', body)
    Buffer.from(body)
  }
  for await (const piece of vault.encryptStream([bytes])) new Blob([piece])
  const object = createPublicKey(key.publicKey.toPem())
  PublicKey.from(object.export({ format: 'jwk' }))
  await crypto.subtle.importKey('jwk', { ...key.publicKey.toJwk() }, 'Ed25519', true, ['verify'])
  await parsec.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes)
  const tls: TlsServerOptions = { key, cert: 'pem', requestCert: undefined }
  parsec.tls.createHttpsServer(tls, (_, response) => response.end()).setSecureContext(tls)
  parsec.tls.secure(createServer(), tls).listen(1)
  const any: AnyKey = await parsec.open('x', { as: SigningKey })
  console.log(any.role, Object.keys(everything))
  return await key.signHashes([bytes])
}
`
/** Lines that must not compile. */
const REFUSED = `
import { connect } from '@parsec/client'
const parsec = await connect()
const key = await parsec.generate('key')
const own = { key, cert: 'pem' }
// @ts-expect-error
parsec.tls.agent({ ciphers: 'x' })
// @ts-expect-error
parsec.tls.agent({ rejectUnauthorized: false })
// @ts-expect-error
parsec.tls.createServer({ ...own, SNICallback: () => undefined })
// @ts-expect-error
parsec.tls.connect({ host: 'x', port: 1 }, { secureContext: undefined as never, crl: 'x' })
// @ts-expect-error
parsec.generate('x', { algoritm: 'HMAC' })
export {}
`

const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  isolatedModules: true,
}
const LIBS = { plain: ['es2022'], dom: ['es2022', 'dom', 'dom.iterable'], newest: ['esnext', 'dom'] }

/** How users of TypeScript resolve modules, with the options that are strictest and with none. */
const PROJECTS: Record<string, { file: string; options: object }> = {
  node16: {
    file: 'program.mts',
    options: { module: 'node16', moduleResolution: 'node16', ...STRICT, lib: LIBS.plain },
  },
  nodenext: { file: 'program.mts', options: { module: 'nodenext', moduleResolution: 'nodenext', lib: LIBS.dom } },
  commonjs: {
    file: 'program.cts',
    options: { module: 'nodenext', moduleResolution: 'nodenext', ...STRICT, lib: LIBS.plain },
  },
  bundler: {
    file: 'program.ts',
    options: { module: 'esnext', moduleResolution: 'bundler', ...STRICT, verbatimModuleSyntax: true, lib: LIBS.newest },
  },
}

for (const version of ['typescript', 'typescript-5.2']) {
  test(`the package has correct types for ${version}, without skipLibCheck`, async () => {
    const tsc = join(root, 'node_modules', version, 'bin', 'tsc')
    await Promise.all(
      Object.entries(PROJECTS).map(async ([name, { file, options }]) => {
        const place = join(folder, `${version} ${name}`)
        mkdirSync(place)
        writeFileSync(join(place, file), PROGRAM)
        const module = file.replace('program', 'refused').replace('.cts', '.mts')
        writeFileSync(join(place, module), REFUSED)
        if (version === 'typescript') {
          const exact =
            "import { connect } from '@parsec/client'\nexport const exact: Promise<Uint8Array<ArrayBuffer>> = connect().then((parsec) => parsec.random(1))\n"
          writeFileSync(join(place, file.replace('program', 'exact')), exact)
        }
        const typeRoots = [join(root, 'node_modules', '@types')]
        const compilerOptions = {
          target: 'es2022',
          noEmit: true,
          skipLibCheck: false,
          types: ['node'],
          typeRoots,
          ...options,
        }
        writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }))
        await promisify(execFile)(process.execPath, [tsc, '-p', place]).catch((error: unknown) => {
          throw new Error(`${name}: ${(error as { stdout: string }).stdout}`)
        })
      }),
    )
  })
}
