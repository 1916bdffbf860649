// Compiles the sources twice: as ES modules into esm, and as CommonJS into cjs. The package.json in the
// folder determines the type of the modules, so the CommonJS build compiles a copy.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (...path) => join(root, ...path)
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

const compile = (config) => {
  execFileSync(process.execPath, [tsc, '-p', config], { cwd: root, stdio: 'inherit' })
}

for (const folder of ['esm', 'cjs', 'src-cjs']) rmSync(at(folder), { recursive: true, force: true })
compile('tsconfig.esm.json')

const commonjs = `${JSON.stringify({ type: 'commonjs' })}\n`
try {
  cpSync(at('src'), at('src-cjs'), { recursive: true })
  writeFileSync(at('src-cjs', 'package.json'), commonjs)
  compile('tsconfig.cjs.json')
} finally {
  rmSync(at('src-cjs'), { recursive: true, force: true })
}
mkdirSync(at('cjs'), { recursive: true })
writeFileSync(at('cjs', 'package.json'), commonjs)
