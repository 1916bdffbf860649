// Compiles the sources to CommonJS, and writes an ES module that exports the same objects: an error or a key that
// one part of a program gets from `require` is an instance of the class that another part imports.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const ts = require('typescript')
const root = fileURLToPath(new URL('..', import.meta.url))
const lib = join(root, 'lib')

rmSync(lib, { recursive: true, force: true })
const config = ts.getParsedCommandLineOfConfigFile(
  join(root, 'tsconfig.build.json'),
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
    },
  },
)
const program = ts.createProgram(config.fileNames, config.options)
const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]
if (diagnostics.length > 0) {
  const host = { getCanonicalFileName: String, getCurrentDirectory: () => root, getNewLine: () => '\n' }
  console.error(ts.formatDiagnostics(diagnostics, host))
  process.exit(1)
}

// It makes CommonJS of the files beside it, here for Node.js as in src for TypeScript.
copyFileSync(join(root, 'src', 'package.json'), join(lib, 'package.json'))

const checker = program.getTypeChecker()
const index = checker.getSymbolAtLocation(program.getSourceFile(join(root, 'src', 'index.ts')))
const isValue = (symbol) => {
  if (ts.isTypeOnlyImportOrExportDeclaration(symbol.declarations[0])) return false
  const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  return Boolean(flags & ts.SymbolFlags.Value)
}
const names = checker.getExportsOfModule(index).filter(isValue)
const list = names.map(({ name }) => `  ${name},\n`).sort()
writeFileSync(join(lib, 'index.mjs'), `export {\n${list.join('')}} from './index.js'\n`)
writeFileSync(join(lib, 'index.d.mts'), "export * from './index.js'\n")
