/** Services for tests: a real one, in a folder of its own, stopped by its own id. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

import { connect, type Client, type ConnectOptions } from '@parsec/client'

const target = resolve(import.meta.dirname, '../../../target/debug')
const serviceBinary = process.env['PARSEC_SERVICE_BINARY'] ?? join(target, 'parsec-service')
const testService = process.env['PARSEC_TEST_SERVICE'] ?? join(target, 'parsec-test-service')

/** A running service. */
export interface TestService {
  readonly endpoint: string
  readonly providers: readonly number[]
  /** Kills it as a crash would, and starts it again on the same state. */
  restart(): Promise<void>
  stop(): Promise<void>
  /** A client of it. */
  connect(options?: ConnectOptions): Promise<Client>
}

/** A service on its embedded default: peer credentials and keys in software. */
export async function startService(): Promise<TestService> {
  const folder = mkdtempSync(join(tmpdir(), 'parsec-node-'))
  const endpoint = `unix:${folder}/run/parsec.sock`
  for (const name of ['run', 'state']) mkdirSync(join(folder, name))
  chmodSync(join(folder, 'state'), 0o700)
  const environment = { ...process.env }
  delete environment['PARSEC_SERVICE_ENDPOINT']
  const launch = async () => {
    const child = spawn(serviceBinary, [], {
      cwd: folder,
      env: {
        ...environment,
        STATE_DIRECTORY: join(folder, 'state'),
        RUNTIME_DIRECTORY: join(folder, 'run'),
      },
      stdio: 'ignore',
    })
    await answers(`${folder}/run/parsec.sock`, child)
    return child
  }
  let child = await launch()
  const kill = async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return {
    endpoint,
    providers: [1],
    connect: (options) => connect({ endpoint, ...options }),
    restart: async () => {
      await kill()
      child = await launch()
    },
    stop: async () => {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Such a service for all tests of a file, and a client of it. */
export async function useService(): Promise<{ service: TestService; parsec: Client }> {
  const service = await startService()
  after(() => service.stop())
  try {
    return { service, parsec: await service.connect() }
  } catch (error) {
    // A file that fails while it is loaded runs no hooks.
    await service.stop()
    throw error
  }
}

async function answers(socket: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${String(child.exitCode)}`)
    const up = await new Promise<boolean>((done) => {
      const probe = connectSocket(socket, () => {
        probe.destroy()
        done(true)
      }).on('error', () => {
        done(false)
      })
    })
    if (up) return
    await sleep(10)
  }
  throw new Error('the service does not start')
}

/** A service with a TPM and tokens, whose callers say their names. */
export async function startDevices(): Promise<TestService> {
  const child = spawn(testService, ['--devices'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: Interface = createInterface({ input: child.stdout })
  const answersNext = async (): Promise<Record<string, unknown>> => {
    const line = await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(() => {
        throw new Error('the test service ended')
      }),
    ])
    return JSON.parse(String(line[0])) as Record<string, unknown>
  }
  const said = await answersNext()
  const endpoint = String(said['endpoint'])
  return {
    endpoint,
    providers: said['providers'] as number[],
    connect: (options) => connect({ endpoint, ...options }),
    restart: async () => {
      child.stdin.write('restart\n')
      await answersNext()
    },
    stop: async () => {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

/** Bytes of text. */
export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}
