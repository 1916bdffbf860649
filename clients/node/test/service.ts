/** Services for tests: `parsec-test-service` starts real ones in separate folders. */

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
  /** Kills the service, as in a crash, and restarts it with the same state. */
  restart(): Promise<void>
  stop(): Promise<void>
  /** Connects a client. */
  connect(options?: ConnectOptions): Promise<Client>
}

/** A service with the embedded default configuration: peer credentials and software keys. */
export const startService = (): Promise<TestService> => start('--default')

/** A service with a TPM, tokens and the direct authenticator. */
export const startDevices = (): Promise<TestService> => start('--devices')

async function start(kind: string): Promise<TestService> {
  const child = spawn(launcher, [kind], { stdio: ['pipe', 'pipe', 'inherit'] })
  // Not 'close', which also waits for other processes with the same output.
  const ended = new Promise((done) => child.once('exit', done))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const response = async (): Promise<Record<string, unknown>> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`${launcher} ${kind} ended; its standard error has the reason`)
    const parsed = JSON.parse(line.value) as Record<string, unknown>
    if ('error' in parsed) throw new Error(String(parsed['error']))
    return parsed
  }
  const started = await Promise.race([
    response(),
    once(child, 'error').then(([error]) => {
      throw error as Error
    }),
  ])
  const endpoint = String(started['endpoint'])
  return {
    endpoint,
    providers: started['providers'] as number[],
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

/** A service for all tests of a file, and its client. */
export async function useService(): Promise<{ service: TestService; parsec: Client }> {
  const service = await startService()
  after(() => service.stop())
  try {
    return { service, parsec: await service.connect() }
  } catch (error) {
    // Hooks do not run if the file fails to load.
    await service.stop()
    throw error
  }
}

/** Bytes of text. */
export function text(value: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(value))
}
