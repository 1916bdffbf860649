/** Services for tests: `parsec-test-service` starts real ones in separate folders. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
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

/** The end of a test, or of a file. */
export interface End {
  after(work: () => unknown): void
}

/** A service until the end of the test. */
export async function serviceFor(t: End): Promise<{ service: TestService; parsec: Client }> {
  const service = await startService()
  t.after(() => service.stop())
  return { service, parsec: await service.connect() }
}

/**
 * Starts a server until the end of the test, at a free port or a path, and returns the port. The end closes its
 * connections too: an open one would keep a failed test running.
 */
export async function listen(t: End, server: Server, at: number | string = 0): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  t.after(async () => {
    for (const socket of open) socket.destroy()
    await new Promise((done) => server.close(done))
  })
  if (typeof at === 'string') server.listen(at)
  else server.listen(at, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Bytes of text. */
export function text(value: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(value))
}
