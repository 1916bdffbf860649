import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'

import { Authority } from './authority.js'
import { startService, type TestService } from './service.js'

const root = resolve(import.meta.dirname, '..')
const run = promisify(execFile)

/** An example of a comment, as a separate module. */
interface Example {
  readonly file: string
  readonly name: string
  readonly text: string
}

/** The examples of all sources, with `parsec` unless they connect. `handles.test.ts` runs those of generated classes. */
function examples(): Example[] {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  return sources
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((source) => {
      const comments = readFileSync(join(root, 'src', source), 'utf8').matchAll(/```ts\n(.*?)```/gs)
      return [...comments].map(([, body = ''], at) => {
        const lines = body.split('\n').map((line) => line.replace(/^\s*\* ?/, ''))
        const own = /\bparsec = await connect\(/.test(body) || !/\bparsec\b/.test(body)
        const given = [
          "import { connect as connect_, type Client } from '@parsec/client'",
          'const parsec: Client = await connect_()',
        ]
        const name = `example ${String(at + 1)} of ${source} runs`
        const file = `${source.replace(/\W/g, '-')}-${String(at + 1)}`
        return { file, name, text: [...(own ? [] : given), ...lines, 'export {}'].join('\n') }
      })
    })
}

const all = examples()
// Inside the package, so that the examples resolve the same modules as the tests.
mkdirSync(join(root, 'test-js'), { recursive: true })
const folder = mkdtempSync(join(root, 'test-js', 'examples-'))
const authority = new Authority()
let server: Server

before(async () => {
  server = createServer(
    { ...authority.server('example.org'), ca: authority.pem, requestCert: true, rejectUnauthorized: true },
    (_, outgoing) => outgoing.end('hello from example.org'),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Redirects example.org to the server above; all other connections are unchanged.
  writeFileSync(
    join(folder, 'network.mjs'),
    `import net from 'node:net'
     import { syncBuiltinESMExports } from 'node:module'
     const { connect } = net
     net.connect = (to, ...rest) => connect(
       to.host === 'example.org' ? { ...to, host: '127.0.0.1', port: ${String((server.address() as AddressInfo).port)} } : to,
       ...rest,
     )
     syncBuiltinESMExports()`,
  )
})
after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
  rmSync(authority.folder, { recursive: true })
})

test('every example in the comments compiles, as strictly as the sources do', () => {
  assert.ok(all.length >= 25, String(all.length))
  for (const { file, text } of all) writeFileSync(join(folder, `${file}.ts`), text)
  const compilerOptions = { rootDir: '.', outDir: 'out', typeRoots: ['../../node_modules/@types'] }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, include: ['*.ts'] }),
  )
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { stdio: 'pipe', encoding: 'utf8' })
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout)
  }
})

/** Creates the files that examples read: a plain file, and for TLS the certificate of the key. */
async function prepare(place: string, text: string, service: TestService): Promise<void> {
  writeFileSync(join(place, 'plain'), 'a file')
  if (!text.includes('chain.pem')) return
  const parsec = await service.connect()
  const key = await parsec.getOrGenerate('web-tls')
  writeFileSync(join(place, 'chain.pem'), authority.certify(await key.toCsr({ subject: 'CN=web' })))
  writeFileSync(join(place, 'ca.pem'), authority.pem)
}

for (const { file, name, text } of all.filter(({ name }) => !name.includes(' of generated/'))) {
  // Each example runs separately, as a reader would run it: in an empty folder, with a service without keys.
  test(name, { timeout: 60_000 }, async () => {
    const place = join(folder, file)
    mkdirSync(place)
    const service = await startService()
    try {
      await prepare(place, text, service)
      const { stderr } = await run(
        process.execPath,
        ['--import', join(folder, 'network.mjs'), join(folder, 'out', `${file}.js`)],
        { cwd: place, timeout: 30_000, env: { ...process.env, PARSEC_SERVICE_ENDPOINT: service.endpoint } },
      )
      assert.doesNotMatch(stderr, /error|warning/i)
    } finally {
      await service.stop()
    }
  })
}
