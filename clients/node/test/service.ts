/** Services for tests: real ones, which `parsec-test-service` starts in a folder of their own. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after } from 'node:test'

import { connect, type Client, type ConnectOptions } from '@parsec/client'

const target = resolve(import.meta.dirname, '../../../target/debug')
const launcher = process.env['PARSEC_TEST_SERVICE'] ?? join(target, 'parsec-test-service')

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
export const startService = (): Promise<TestService> => start('--default')

/** A service with a TPM and tokens, whose callers say their names. */
export const startDevices = (): Promise<TestService> => start('--devices')

async function start(kind: string): Promise<TestService> {
  const child = spawn(launcher, [kind], { stdio: ['pipe', 'pipe', 'inherit'] })
  // Not 'close', which waits for whatever else holds its output open.
  const ended = new Promise((done) => child.once('exit', done))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const response = async (): Promise<Record<string, unknown>> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`${launcher} ${kind} ended; its standard error says why`)
    const said = JSON.parse(line.value) as Record<string, unknown>
    if ('error' in said) throw new Error(String(said['error']))
    return said
  }
  const said = await Promise.race([
    response(),
    once(child, 'error').then(([error]) => {
      throw error as Error
    }),
  ])
  const endpoint = String(said['endpoint'])
  return {
    endpoint,
    providers: said['providers'] as number[],
    connect: (options) => connect({ endpoint, ...options }),
    restart: async () => {
      child.stdin.write('restart\n')
      await response()
    },
    stop: async () => {
      child.stdin.end()
      await ended
      child.stdout.destroy()
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

/** Bytes of text. */
export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}
