import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

import { InternalError } from '@parsec/client'

import { run as runCall } from '../lib/call.js'
import { startService, type TestService } from './service.js'

const run = promisify(execFile)
/** The timeout after which a process is killed. */
const DEADLINE = 60_000
let service: TestService

before(async () => {
  service = await startService()
})
after(async () => {
  await service.stop()
})

function program(body: string): string {
  return `
    import { connect } from '@parsec/client'
    const parsec = await connect({ endpoint: ${JSON.stringify(service.endpoint)} })
    ${body}`
}

const worker = (body: string) =>
  new Worker(
    new URL(
      `data:text/javascript,${encodeURIComponent(
        // A module from a data: URL cannot resolve packages.
        `import { createRequire } from 'node:module'
     import { parentPort } from 'node:worker_threads'
     const { connect } = createRequire(${JSON.stringify(import.meta.filename)})('@parsec/client')
     const parsec = await connect({ endpoint: ${JSON.stringify(service.endpoint)} })
     ${body}`,
      )}`,
    ),
  )

test('a process with an idle client exits', async () => {
  const script = program(`await parsec.getOrGenerate('web-tls'); console.log('done')`)
  // A process that does not exit is killed, which rejects.
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    timeout: DEADLINE,
    cwd: import.meta.dirname,
  })
  assert.equal(stdout, 'done\n')
})

test('several threads have separate clients concurrently', async () => {
  const threads = Array.from({ length: 4 }, (_, at) =>
    worker(`
      const key = await parsec.getOrGenerate('thread-${String(at)}')
      const data = new Uint8Array(100)
      const signatures = await Promise.all(Array.from({ length: 50 }, () => key.sign(data)))
      let good = 0
      for (const signature of signatures) if (await key.verify(signature, data)) good += 1
      parentPort.postMessage(good)`),
  )
  const answers = await Promise.all(
    threads.map(async (thread) => {
      const [good] = (await once(thread, 'message')) as [number]
      return good
    }),
  )
  assert.deepEqual(answers, [50, 50, 50, 50])
})

test('a thread can end during calls, and the others continue', async () => {
  const parsec = await service.connect()
  for (let round = 0; round < 5; round += 1) {
    const thread = worker(`
      const key = await parsec.getOrGenerate('ended')
      for (;;) {
        const calls = Array.from({ length: 20 }, () => key.sign(new Uint8Array(9)))
        parentPort.postMessage('in flight')
        await Promise.all(calls)
      }`)
    // Ends the thread during its first or later calls.
    for (let seen = 0; seen <= round; seen += 1) await once(thread, 'message')
    await thread.terminate()
    await parsec.ping()
  }
  const after = worker(`parentPort.postMessage((await parsec.ping()).major)`)
  assert.deepEqual(await once(after, 'message'), [1])
  const key = await parsec.open('ended')
  await key.delete()
})

test('a process may exit during calls', async () => {
  const script = program(`
    parsec.generate('slow', { algorithm: 'RSA-4096' }).catch(() => {})
    const calls = Array.from({ length: 50 }, () => parsec.random(1000))
    await Promise.race(calls)
    process.exit(7)`)
  await assert.rejects(
    run(process.execPath, ['--input-type=module', '-e', script], { timeout: DEADLINE, cwd: import.meta.dirname }),
    { code: 7, signal: null },
  )
})

// These tests need a debug build of the addon: release builds do not have this function.
const { panicOnPurpose } = createRequire(import.meta.url)('../native/native.cjs') as {
  panicOnPurpose: (at: string, call?: unknown) => Promise<void>
}

test('a panic in the addon rejects with an InternalError, and the process continues', async () => {
  const parsec = await service.connect()
  for (const at of ['start', 'work', 'answer']) {
    for (const options of [{}, { timeout: 5_000 }, { signal: new AbortController().signal }]) {
      await assert.rejects(
        runCall('panic', undefined, options, async (call) => panicOnPurpose(at, call)),
        (error: unknown) => {
          assert.ok(error instanceof InternalError, String(error))
          assert.equal(error.code, 'ERR_PARSEC_INTERNAL')
          assert.match(error.message, new RegExp(`on purpose, .*${at}.*please report this`))
          return true
        },
      )
    }
    assert.equal((await parsec.ping()).major, 1)
  }
})
