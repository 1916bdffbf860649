import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '..')

/** The examples of a source file, as the comments have them. */
function examples(source: string): string[] {
  return [...source.matchAll(/```ts\n(.*?)```/gs)].map(([, body = '']) =>
    body
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, ''))
      .join('\n'),
  )
}

test('every example in the comments compiles, as strictly as the sources do', () => {
  // Inside the package, so that it finds what the package's own tests find.
  const folder = mkdtempSync(join(root, 'test-js', 'examples-'))
  try {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    let count = 0
    for (const name of files) {
      for (const body of examples(readFileSync(join(root, 'src', name), 'utf8'))) {
        const lines = body.split('\n')
        const imports = lines.filter((line) => line.startsWith('import '))
        const rest = lines.filter((line) => !line.startsWith('import '))
        const own = /\b(const|using) parsec\b/.test(body)
        const text = [
          ...imports,
          "import type { Client } from '@parsec/client'",
          'import { PublicKey as PublicKey_ } from \'@parsec/client\'',
          'void PublicKey_',
          `export async function example(${own ? '' : 'parsec: Client'}): Promise<void> {`,
          ...rest,
          '}',
          own ? 'export type C = Client' : '',
        ]
        writeFileSync(join(folder, `${String(count)}.ts`), text.join('\n').replaceAll('PublicKey.from(', 'PublicKey_.from('))
        count += 1
      }
    }
    assert.ok(count >= 20, String(count))
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions: { noEmit: true, noUnusedParameters: false, typeRoots: ['../../node_modules/@types'] }, include: ['.'] }),
    )
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', folder], { stdio: 'pipe', encoding: 'utf8' })
  } catch (error) {
    const { stdout } = error as { stdout?: string }
    throw stdout === undefined ? error : new Error(stdout)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
