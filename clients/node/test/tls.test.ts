import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, request, type Agent, type RequestOptions, type Server } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type LookupFunction } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { after, before, describe, test } from 'node:test'

import { Agent as UndiciAgent, request as undiciRequest } from 'undici'

import { SigningKey, TlsSocket, type Client } from '@parsec/client'

import { Authority } from './authority.js'
import { startDevices, startService, type TestService } from './service.js'

const authority = new Authority()
let server: Server
let port: number
const connections = new Set<unknown>()

before(async () => {
  server = createServer(
    { ...authority.server(), ca: authority.pem, requestCert: true, rejectUnauthorized: true },
    (incoming, outgoing) => {
      const socket = incoming.socket as unknown as TLSSocket
      connections.add(socket)
      const hash = createHash('sha256')
      incoming.on('data', (chunk: Buffer) => hash.update(chunk))
      incoming.on('end', () => {
        outgoing.setHeader('x-client', String(socket.getPeerCertificate().subject.CN))
        outgoing.setHeader('x-hash', hash.digest('hex'))
        outgoing.end(incoming.url === '/big' ? big : 'welcome')
      })
    },
  )
  server.listen(0)
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(authority.folder, { recursive: true })
})

const big = randomBytes(5_000_000)

async function ask(
  agent: Agent,
  path = '/',
  body: Uint8Array = new Uint8Array(),
  host = 'localhost',
): Promise<{ response: IncomingMessage; body: Buffer }> {
  const outgoing = request({ host, port, path, agent, method: 'POST' })
  outgoing.once('socket', (socket: unknown) => {
    assert.ok(socket instanceof TlsSocket)
  })
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { response, body: Buffer.concat(chunks) }
}

const places = {
  software: { start: startService, options: {} },
  tpm: { start: startDevices, options: { application: 'tls', provider: 'tpm' } },
} as const

for (const [place, { start, options }] of Object.entries(places)) {
  describe(`mutual TLS with a key in the provider ${place}`, () => {
    let service: TestService
    let parsec: Client
    let key: SigningKey
    let cert: string

    before(async () => {
      service = await start()
      parsec = await service.connect(options)
      key = await parsec.generate('web-tls')
      assert.equal(key.provider, place)
      cert = authority.certify(await key.toCsr({ subject: 'CN=device 7' }))
    })
    after(async () => {
      await service.stop()
    })

    test('the server receives the certificate, and the connection is reused', async () => {
      const agent = parsec.tls.agent({ key, cert, ca: authority.pem, keepAlive: true, maxSockets: 1 })
      connections.clear()
      for (let round = 0; round < 3; round += 1) {
        const { response, body } = await ask(agent)
        assert.equal(response.headers['x-client'], 'device 7')
        assert.equal(body.toString(), 'welcome')
      }
      assert.equal(connections.size, 1)
      agent.destroy()
    })

    test('large bodies are transferred in both directions', async () => {
      const agent = parsec.tls.agent({ key, cert, ca: [authority.pem] })
      const { response, body } = await ask(agent, '/big', big)
      assert.equal(response.headers['x-hash'], createHash('sha256').update(big).digest('hex'))
      assert.ok(body.equals(big))
      agent.destroy()
    })

    test('several concurrent connections', async () => {
      const agent = parsec.tls.agent({ key, cert, ca: authority.pem })
      const answers = await Promise.all(Array.from({ length: 6 }, () => ask(agent)))
      assert.ok(answers.every(({ body }) => body.toString() === 'welcome'))
      agent.destroy()
    })

    test('undici connects with the connector', async () => {
      const dispatcher = new UndiciAgent({
        connect: parsec.tls.connector({ key, cert, ca: authority.pem }),
      })
      for (const body of [Buffer.from('small'), big]) {
        const answer = await undiciRequest(`https://localhost:${String(port)}/big`, {
          dispatcher,
          method: 'POST',
          body,
        })
        assert.equal(answer.headers['x-client'], 'device 7')
        assert.ok(Buffer.from(await answer.body.arrayBuffer()).equals(big))
      }
      await dispatcher.close()
    })

    test('invalid options and refused handshakes are errors with reasons', async () => {
      const wrong = (options: Parameters<typeof parsec.tls.agent>[0], host = 'localhost') =>
        ask(parsec.tls.agent(options), '/', undefined, host)
      await assert.rejects(wrong({ key, cert, ca: new Authority().pem }), /certificate/i)
      await assert.rejects(wrong({ key, cert, ca: authority.pem }, '127.0.0.1'), /name|valid for/i)
      await assert.rejects(wrong({ ca: authority.pem }), /certificate/i)
      const other = await parsec.generate('other')
      assert.throws(() => parsec.tls.agent({ key: other, cert, ca: authority.pem }), {
        code: 'ERR_PARSEC_INVALID_ARGUMENT',
      })
      assert.throws(() => parsec.tls.agent({ key, ca: authority.pem }), /cert: /)
      assert.throws(() => parsec.tls.agent({ key, cert: 'nonsense', ca: authority.pem }), {
        code: 'ERR_PARSEC_INVALID_ARGUMENT',
      })
      assert.throws(() => parsec.tls.agent({ key: 5 as never, cert }), /^TypeError: options.key/)
      await other.delete()
      const agent = parsec.tls.agent({ key: await parsec.open('web-tls', { as: SigningKey }), cert, ca: authority.pem })
      await (await parsec.open('web-tls')).delete()
      await assert.rejects(ask(agent), { code: 'ERR_PARSEC_KEY_NOT_FOUND' })
    })
  })
}

test('an address is a valid server name, and options set the local address and the lookup', async () => {
  const service = await startService()
  const parsec = await service.connect()
  const from = new Set<string | undefined>()
  const own = createServer(authority.server('localhost', 'IP:127.0.0.1'), (incoming, outgoing) => {
    from.add(incoming.socket.remoteAddress)
    outgoing.end('welcome')
  }).listen(0, '127.0.0.1')
  await once(own, 'listening')
  const place = (own.address() as AddressInfo).port
  const agent = parsec.tls.agent({ ca: authority.pem })
  const get = async (options: RequestOptions) => {
    const [response] = (await once(request({ port: place, agent, ...options }).end(), 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
  }
  const lookup: LookupFunction = (_host, { all }, done) => {
    if (all === true) done(null, [{ address: '127.0.0.1', family: 4 }])
    else done(null, '127.0.0.1', 4)
  }
  await get({ host: '127.0.0.1' })
  await get({ host: 'localhost', family: 4, localAddress: '127.0.0.2' })
  await get({ host: 'nowhere.invalid', servername: 'localhost', lookup })
  assert.deepEqual([...from], ['127.0.0.1', '127.0.0.2'])
  const dispatcher = new UndiciAgent({ connect: parsec.tls.connector({ ca: authority.pem }) })
  const { statusCode, body } = await undiciRequest(`https://127.0.0.1:${String(place)}/`, { dispatcher })
  assert.equal(statusCode, 200)
  await body.dump()
  await dispatcher.close()
  own.closeAllConnections()
  own.close()
  await service.stop()
})

test('a server without TLS, or one that closes the connection, is an error', async () => {
  const service = await startService()
  const parsec = await service.connect()
  for (const answer of ['HTTP/1.1 400 no\r\n\r\n', '']) {
    const plain = createTcpServer((socket) => socket.once('data', () => socket.end(answer))).listen(0)
    await once(plain, 'listening')
    const socket = parsec.tls.connect(
      { host: 'localhost', port: (plain.address() as AddressInfo).port },
      { ca: authority.pem },
    )
    const [error] = (await once(socket, 'error')) as [Error]
    assert.match(error.message, /TLS|message|closed/i)
    assert.equal(socket.authorized, false)
    plain.close()
  }
  await service.stop()
})
