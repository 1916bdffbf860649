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

/** Each name is written out, so that bundlers find the addon and copy it. */
function load() {
  switch (name) {
    case 'linux-x64-gnu':
      return require('./parsec.linux-x64-gnu.node')
    case 'linux-x64-musl':
      return require('./parsec.linux-x64-musl.node')
    case 'linux-arm64-gnu':
      return require('./parsec.linux-arm64-gnu.node')
    case 'linux-arm64-musl':
      return require('./parsec.linux-arm64-musl.node')
    case 'darwin-x64':
      return require('./parsec.darwin-x64.node')
    case 'darwin-arm64':
      return require('./parsec.darwin-arm64.node')
  }
}

let addon
try {
  addon = load()
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
