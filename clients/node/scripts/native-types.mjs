// Compares native/native.d.cts with the declarations that the build of the addon extracted from its
// sources; see bindings/node/build.rs. `npm run build:native` writes the file.
import { readFileSync } from 'node:fs'

import { generateTypeDef } from '@napi-rs/cli'

const [found] = process.argv.slice(2)
const { dts } = await generateTypeDef({ typeDefDir: found, constEnum: false, cwd: process.cwd() })
if (dts === '') throw new Error(`${found} contains no declarations: build parsec-node first`)
const file = new URL('../native/native.d.cts', import.meta.url)
if (readFileSync(file, 'utf8') !== dts) {
  console.error('native/native.d.cts differs from the addon: run `npm run build:native` and commit it')
  process.exitCode = 1
}
