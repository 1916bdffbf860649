import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'

import { connect } from '@parsec/client'

let service, parsec

before(async () => {
  // Its keys are deleted at the end.
  service = spawn('parsec-service', ['--ephemeral'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [endpoint] = await once(createInterface(service.stdout), 'line')
  parsec = await connect({ endpoint })
})

after(() => {
  parsec?.close()
  service.kill()
})

test('signs', async () => {
  const key = await parsec.generate('web-tls')
  const signature = await key.sign(Buffer.from('hello'))
  assert.ok(await key.verify(signature, Buffer.from('hello')))
})
