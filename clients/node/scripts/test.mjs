// Runs the compiled tests. Arguments are options of `node --test`, which takes them before the files.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = readdirSync(new URL('../test-js', import.meta.url)).filter((name) => name.endsWith('.test.js'))
const { status } = spawnSync(
  process.execPath,
  ['--test', ...process.argv.slice(2), ...files.map((name) => `test-js/${name}`)],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
