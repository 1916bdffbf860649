import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { NotAuthenticatedError, NotPermittedError, type Client } from '@parsec/client'

import { startDevices, type TestService } from './service.js'

let service: TestService
let tenant: Client
let administrator: Client

before(async () => {
  service = await startDevices()
  tenant = await service.connect({ application: 'node-tenant', provider: 'software' })
  administrator = await service.connect({ application: 'admin' })
})

after(() => service.stop())

test('an administrator lists, revokes, deletes and disables keys and clients of others', async () => {
  await tenant.generate('kept')
  await tenant.generate('revoked')
  assert.ok((await administrator.admin.clients()).includes('node-tenant'))
  const found = (await administrator.admin.usage()).find(({ client }) => client.name === 'node-tenant')
  assert.ok(found)
  assert.equal(Number(found.keys), 2)
  assert.ok((await administrator.admin.limits(found.client)).total)

  await administrator.admin.disable(found.client)
  await assert.rejects(tenant.keys(), NotPermittedError)
  await administrator.admin.enable(found.client)
  assert.equal((await tenant.keys()).length, 2)

  await administrator.admin.revokeKey(found.client, 'software', 'revoked')
  assert.deepEqual(
    (await tenant.keys()).map(({ name }) => name),
    ['kept'],
  )
  await administrator.admin.deleteClient('node-tenant')
  assert.deepEqual(await tenant.keys(), [])
})

test('other callers are not administrators', async () => {
  const client = { authenticator: 1, name: 'admin' }
  // Functions, not promises: one that is rejected before it is awaited counts as unhandled.
  for (const call of [
    () => tenant.admin.clients(),
    () => tenant.admin.usage(),
    () => tenant.admin.disable(client),
    () => tenant.admin.limits(client),
    () => tenant.admin.deleteClient('admin'),
  ]) {
    await assert.rejects(call, NotPermittedError)
  }
})

test('a client authenticates with the given method', async () => {
  await tenant.generate('mine')
  const same = await service.connect({ authentication: { direct: 'node-tenant' } })
  assert.ok((await same.keys()).some(({ name }) => name === 'mine'))
  await (await same.open('mine')).delete()
  const nobody = await service.connect({ authentication: { jwtSvidFile: '/nowhere' } })
  await assert.rejects(nobody.keys(), NotAuthenticatedError)
  // @ts-expect-error: unknown authentication
  await assert.rejects(service.connect({ authentication: { secret: 'x' } }), TypeError)
})
