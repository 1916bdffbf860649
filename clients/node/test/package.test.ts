import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'

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

test('CommonJS code can require the package, with the same error classes', () => {
  writeFileSync(
    join(folder, 'sample.cjs'),
    `const { connect, KeyNotFoundError } = require('@parsec/client')
     connect()
       .then((parsec) => parsec.open('missing'))
       .catch((error) => console.log(error instanceof KeyNotFoundError, error.name))`,
  )
  assert.equal(run(process.execPath, 'sample.cjs'), 'true KeyNotFoundError\n')
})
