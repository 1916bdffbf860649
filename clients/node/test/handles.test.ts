/** Runs the examples of the methods of all handles, with software keys. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { examples } from './generated/index.js'
import { startDevices, type TestService } from './service.js'

let service: TestService

before(async () => {
  service = await startDevices()
})

after(() => service.stop())

for (const { title, application, provider, run } of examples) {
  test(`the example of ${title} runs`, async () => {
    await run(await service.connect({ application, provider }))
  })
}

test('most methods have an example that runs', () => {
  assert.ok(examples.length >= 40, String(examples.length))
})
