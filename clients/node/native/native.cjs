// Loads the addon for this machine, from the folder of this file.
'use strict'

const { arch, platform, report } = process

/** The name of this machine's target, in the format of @napi-rs/cli. */
function target() {
  if (platform !== 'linux') return `${platform}-${arch}`
  const glibc = report.getReport().header.glibcVersionRuntime !== undefined
  return `linux-${arch}-${glibc ? 'gnu' : 'musl'}`
}

const name = target()

let addon
// Each name is written out, inside `try`, so that bundlers find this machine's addon and tolerate the others.
try {
  switch (name) {
    case 'linux-x64-gnu':
      addon = require('./parsec.linux-x64-gnu.node')
      break
    case 'linux-x64-musl':
      addon = require('./parsec.linux-x64-musl.node')
      break
    case 'linux-arm64-gnu':
      addon = require('./parsec.linux-arm64-gnu.node')
      break
    case 'linux-arm64-musl':
      addon = require('./parsec.linux-arm64-musl.node')
      break
    case 'darwin-x64':
      addon = require('./parsec.darwin-x64.node')
      break
    case 'darwin-arm64':
      addon = require('./parsec.darwin-arm64.node')
      break
  }
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error
}
if (addon === undefined) {
  throw new Error(
    `@parsec/client has no addon for ${platform} on ${arch} (looked for parsec.${name}.node in ${__dirname}); ` +
      'install a package that was built for it, or run `npm run build:native`; a bundler must copy files ' +
      'that end with .node, or leave @parsec/client out of the bundle',
  )
}

module.exports = addon
