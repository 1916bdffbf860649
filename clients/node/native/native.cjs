// Loads the addon for this machine, from the folder of this file.
'use strict'

const { existsSync } = require('node:fs')
const { join } = require('node:path')

const { arch, platform, report } = process

/** Returns target names in the format of @napi-rs/cli. */
function candidates() {
  if (platform !== 'linux') return [`${platform}-${arch}`]
  const glibc = report.getReport().header.glibcVersionRuntime !== undefined
  return [`linux-${arch}-${glibc ? 'gnu' : 'musl'}`]
}

const names = candidates().map((target) => `parsec.${target}.node`)
const found = names.map((name) => join(__dirname, name)).find(existsSync)
if (found === undefined) {
  throw new Error(
    `@parsec/client has no addon for ${platform} on ${arch} (looked for ${names.join(', ')} in ` +
      `${__dirname}); install a package that was built for it, or run \`npm run build:native\``,
  )
}

module.exports = require(found)
