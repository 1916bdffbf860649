import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, request, type Agent, type RequestOptions, type Server } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { connect as connectTcp, createServer as createTcpServer, type LookupFunction } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { after, before, describe, test } from 'node:test'

import { Agent as UndiciAgent, request as undiciRequest } from 'undici'

import { SigningKey, TlsSocket, type Client } from '@parsec/client'

import { Authority } from './authority.js'
import { listen, serviceFor, startDevices, startService, type TestService } from './service.js'

const authority = new Authority()
let server: Server
let port: number
const connections = new Set<unknown>()
const ends: (() => unknown)[] = []

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
  // A hook's own end would be the end of the hook.
  port = await listen({ after: (work) => ends.push(work) }, server)
})
after(async () => {
  for (const end of ends) await end()
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

    test('the server receives the certificate, and the connection is reused', async (t) => {
      const agent = parsec.tls.agent({ key, cert, ca: authority.pem, keepAlive: true, maxSockets: 1 })
      t.after(() => agent.destroy())
      connections.clear()
      for (let round = 0; round < 3; round += 1) {
        const { response, body } = await ask(agent)
        assert.equal(response.headers['x-client'], 'device 7')
        assert.equal(body.toString(), 'welcome')
      }
      assert.equal(connections.size, 1)
    })

    test('large bodies are transferred in both directions', async (t) => {
      const agent = parsec.tls.agent({ key, cert, ca: [authority.pem] })
      t.after(() => agent.destroy())
      const { response, body } = await ask(agent, '/big', big)
      assert.equal(response.headers['x-hash'], createHash('sha256').update(big).digest('hex'))
      assert.ok(body.equals(big))
    })

    test('several concurrent connections', async (t) => {
      const agent = parsec.tls.agent({ key, cert, ca: authority.pem })
      t.after(() => agent.destroy())
      const answers = await Promise.all(Array.from({ length: 6 }, () => ask(agent)))
      assert.ok(answers.every(({ body }) => body.toString() === 'welcome'))
    })

    test('undici connects with the connector', async (t) => {
      const dispatcher = new UndiciAgent({
        connect: parsec.tls.connector({ key, cert, ca: authority.pem }),
      })
      t.after(() => dispatcher.destroy())
      for (const body of [Buffer.from('small'), big]) {
        const answer = await undiciRequest(`https://localhost:${String(port)}/big`, {
          dispatcher,
          method: 'POST',
          body,
        })
        assert.equal(answer.headers['x-client'], 'device 7')
        assert.ok(Buffer.from(await answer.body.arrayBuffer()).equals(big))
      }
    })

    test('invalid options and refused handshakes are errors with reasons', async (t) => {
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
      t.after(() => agent.destroy())
      await (await parsec.open('web-tls')).delete()
      await assert.rejects(ask(agent), { code: 'ERR_PARSEC_KEY_NOT_FOUND' })
    })
  })
}

test('an address is a valid server name, and options set the local address and the lookup', async (t) => {
  const { parsec } = await serviceFor(t)
  const from = new Set<string | undefined>()
  const own = createServer(authority.server('localhost', 'IP:127.0.0.1'), (incoming, outgoing) => {
    from.add(incoming.socket.remoteAddress)
    outgoing.end('welcome')
  })
  const place = await listen(t, own)
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
  t.after(() => dispatcher.destroy())
  const { statusCode, body } = await undiciRequest(`https://127.0.0.1:${String(place)}/`, { dispatcher })
  assert.equal(statusCode, 200)
  await body.dump()
})

test('a server without TLS, or one that closes the connection, is an error', async (t) => {
  const { parsec } = await serviceFor(t)
  for (const answer of ['HTTP/1.1 400 no\r\n\r\n', '']) {
    const plain = createTcpServer((socket) => socket.once('data', () => socket.end(answer)))
    const at = await listen(t, plain)
    const socket = parsec.tls.connect({ host: 'localhost', port: at }, { ca: authority.pem })
    const [error] = (await once(socket, 'error')) as [Error]
    assert.match(error.message, /TLS|message|closed/i)
    assert.equal(socket.authorized, false)
  }
})

test('options of TLS apply, or are refused by name; none is ignored', async (t) => {
  const { parsec } = await serviceFor(t)
  const calls: string[] = []
  const own = createServer(authority.server(), (incoming, outgoing) => {
    outgoing.end((incoming.socket as unknown as TLSSocket).getProtocol())
  })
  const place = await listen(t, own)
  const get = async (agent: Agent, options: RequestOptions = {}): Promise<string> => {
    const outgoing = request({ host: 'localhost', port: place, agent, ...options }).end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    let body = ''
    for await (const chunk of response) body += String(chunk)
    return body
  }
  const { tls } = parsec
  const ca = authority.pem
  assert.equal(await get(tls.agent({ ca, maxVersion: 'TLSv1.2' })), 'TLSv1.2')
  assert.equal(await get(tls.agent({ ca, minVersion: 'TLSv1.3' })), 'TLSv1.3')
  assert.equal(await get(tls.agent({ ca, rejectUnauthorized: true }), { rejectUnauthorized: true }), 'TLSv1.3')
  const pinned = tls.agent({
    ca,
    checkServerIdentity: (host, certificate) => {
      calls.push(`${host} ${String(certificate.subject.CN)} ${typeof certificate.fingerprint256}`)
      return undefined
    },
  })
  assert.equal(await get(pinned), 'TLSv1.3')
  assert.deepEqual(calls, ['localhost localhost string'])
  const refusing = tls.agent({ ca, checkServerIdentity: () => new Error('not the pinned certificate') })
  await assert.rejects(get(refusing), /^Error: not the pinned certificate/)
  const throwing = () => {
    throw new Error('thrown')
  }
  await assert.rejects(get(tls.agent({ ca, checkServerIdentity: throwing })), /^Error: thrown/)
  // It does not replace the verification of the name.
  const lenient = tls.agent({ ca, checkServerIdentity: () => undefined, servername: 'other.example' })
  await assert.rejects(get(lenient), /name|valid for/i)
  assert.equal(await get(tls.agent({ ca, servername: 'localhost' }), { host: '127.0.0.1' }), 'TLSv1.3')

  const refused = [
    ...['ciphers', 'sigalgs', 'ecdhCurve', 'crl', 'pfx', 'passphrase', 'secureContext', 'secureProtocol', 'session'],
    ...['ALPNCallback', 'pskCallback', 'secureOptions', 'honorCipherOrder', 'requestOCSP', 'minDHSize', 'alpn'],
    ...['maxCachedSessions', 'enableTrace', 'allowPartialTrustChain', 'nonsense'],
  ]
  for (const name of refused) {
    const options = { ca, [name]: 'x' }
    const message = new RegExp(`^TypeError: options\\.${name}: `)
    assert.throws(() => tls.agent(options), message)
    assert.throws(() => tls.connector(options), message)
    assert.throws(() => tls.connect({ host: 'localhost', port: place }, options), message)
  }
  const insecure = { ca, rejectUnauthorized: false } as never
  for (const make of [() => tls.agent(insecure), () => tls.connector(insecure)]) {
    assert.throws(make, /^TypeError: options\.rejectUnauthorized: certificates are always verified/)
  }
  assert.throws(() => tls.agent({ ca: [] }), /^TypeError: options\.ca: /)
  assert.throws(() => tls.agent({ ca, minVersion: 'TLSv1.1' as never }), /^TypeError: options\.minVersion: /)
  const where = { host: 'localhost', port: place, rejectUnauthorized: false }
  assert.throws(() => tls.connect(where, { ca }), /^TypeError: to\.rejectUnauthorized: /)

  // The options of one request are merged into those of its agent, where Node.js reads them.
  for (const [name, value] of Object.entries({
    ...{ rejectUnauthorized: false, checkServerIdentity: () => undefined, ciphers: 'x', ca, cert: ca, key: 'x' },
    ...{ minVersion: 'TLSv1', ALPNProtocols: ['h2'], pfx: 'x', secureContext: {}, crl: 'x' },
  })) {
    const outgoing = async () => get(tls.agent({ ca }), { [name]: value })
    await assert.rejects(outgoing, new RegExp(`^TypeError: options\\.${name}: `))
  }
})

test('a connection through a proxy uses the socket of the proxy', async (t) => {
  const { parsec } = await serviceFor(t)
  const connect = parsec.tls.connector({ ca: authority.pem })
  const own = createServer(authority.server(), (_, outgoing) => outgoing.end('behind the proxy'))
  const tunnel = connectTcp(await listen(t, own), 'localhost')
  await once(tunnel, 'connect')
  const dispatcher = new UndiciAgent({
    connect: (to, done) => {
      connect({ ...to, httpSocket: tunnel }, done)
    },
  })
  t.after(() => dispatcher.destroy())
  // Nothing listens at port 1, so the answer comes through the tunnel.
  const { body } = await undiciRequest('https://localhost:1/', { dispatcher })
  assert.equal(await body.text(), 'behind the proxy')
})
