/** TLS servers with a key of the service, and real clients: openssl, curl, fetch of undici, http2. */

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpsServer, request } from 'node:https'
import { connect as connectTcp, createServer as createNetServer, type AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'

import fastify from 'fastify'
import { Agent as UndiciAgent, fetch as undiciFetch } from 'undici'

import { TlsSocket, type Client, type SigningKey, type TlsServerOptions } from '@parsec/client'

import { Authority } from './authority.js'
import { listen, startDevices, useService } from './service.js'

const run = promisify(execFile)
const authority = new Authority()
after(() => {
  rmSync(authority.folder, { recursive: true })
})

const { parsec } = await useService()
const key = await parsec.generate('web-tls')
const names = ['DNS:localhost', 'IP:127.0.0.1']
const cert = authority.certifyServer(await key.toCsr({ subject: 'CN=localhost' }), ...names)
const own = { key, cert }

const welcome = (incoming: IncomingMessage, outgoing: ServerResponse) => {
  const socket = incoming.socket as unknown as TlsSocket
  outgoing.setHeader('x-protocol', `${String(socket.getProtocol())} ${String(socket.alpnProtocol)}`)
  outgoing.setHeader('x-client', String(socket.getPeerCertificate().subject?.CN))
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  incoming.on('end', () => outgoing.end(chunks.length > 0 ? Buffer.concat(chunks) : 'welcome'))
}

/** The output of `openssl s_client`. */
async function openssl(port: number, input: string, ...options: string[]): Promise<string> {
  const child = spawn(
    'openssl',
    [
      's_client',
      '-connect',
      `127.0.0.1:${String(port)}`,
      '-CAfile',
      'ca.pem',
      '-verify_return_error',
      '-ign_eof',
    ].concat(options),
    { cwd: authority.folder, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  child.stdin.end(input)
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  await once(child, 'close')
  return output
}

const curl = async (port: number, ...options: string[]): Promise<string> => {
  const all = ['--silent', '--show-error', '--max-time', '30', '--cacert', 'ca.pem', ...options]
  const { stdout } = await run('curl', [...all, `https://localhost:${String(port)}/`], { cwd: authority.folder })
  return stdout
}

test('openssl connects with TLS 1.2 and 1.3, with each kind of key', async (t) => {
  const keys: [SigningKey, Partial<TlsServerOptions>, string[]][] = [
    [key, {}, ['TLSv1.2', 'TLSv1.3']],
    [await parsec.generate('server p384', { algorithm: 'ECDSA-P384' }), {}, ['TLSv1.2', 'TLSv1.3']],
    [await parsec.generate('server pss', { algorithm: 'RSA-2048' }), {}, ['TLSv1.2', 'TLSv1.3']],
    [
      await parsec.generate('server pkcs1', { algorithm: 'RSA-2048', padding: 'pkcs1' }),
      { maxVersion: 'TLSv1.2' },
      ['TLSv1.2'],
    ],
  ]
  for (const [of, options, versions] of keys) {
    const chain = authority.certifyServer(await of.toCsr({ subject: 'CN=localhost' }), ...names)
    const server = parsec.tls.createHttpsServer({ key: of, cert: chain, ...options }, welcome)
    const port = await listen(t, server)
    for (const version of versions) {
      const option = version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3'
      const output = await openssl(port, 'GET / HTTP/1.0\r\n\r\n', option, '-verify_hostname', 'localhost')
      assert.match(output, /Verify return code: 0 \(ok\)/, `${of.name} ${version}`)
      assert.match(output, /welcome/, `${of.name} ${version}: ${output}`)
      assert.ok(output.includes(`x-protocol: ${version} false`), output)
    }
  }
})

test('a PKCS #1 key is refused for TLS 1.3, with the reason and the way out', async (t) => {
  const pkcs1 = await parsec.getOrGenerate('refused pkcs1', { algorithm: 'RSA-2048', padding: 'pkcs1' })
  const chain = authority.certifyServer(await pkcs1.toCsr({ subject: 'CN=localhost' }), ...names)
  const create = () => parsec.tls.createHttpsServer({ key: pkcs1, cert: chain }, welcome)
  assert.throws(create, {
    code: 'ERR_PARSEC_NOT_SUPPORTED',
    message: /PKCS #1.*TLS 1\.3.*PSS.*TLS 1\.2/,
    keyName: 'refused pkcs1',
  })

  // A client learns only in the handshake that the server selects TLS 1.3.
  const server = createHttpsServer(
    { ...authority.server(), ca: authority.pem, requestCert: true, minVersion: 'TLSv1.3' },
    welcome as never,
  )
  const port = await listen(t, server)
  const client = authority.certify(await pkcs1.toCsr({ subject: 'CN=device' }))
  const agent = parsec.tls.agent({ key: pkcs1, cert: client, ca: authority.pem })
  const [error] = (await once(request({ host: 'localhost', port, agent }).end(), 'error').catch((caught: unknown) => [
    caught,
  ])) as [Error]
  assert.match(error.message, /PKCS #1.*TLS 1\.3/)
})

test('curl and the fetch of undici use an https server', async (t) => {
  const port = await listen(t, parsec.tls.createHttpsServer({ ...own, keepAliveTimeout: 1_000 }, welcome))
  assert.equal(await curl(port), 'welcome')
  assert.match(await curl(port, '--include', '--tls-max', '1.2'), /x-protocol: TLSv1\.2/)
  const dispatcher = new UndiciAgent({ connect: { ca: authority.pem } })
  t.after(() => dispatcher.destroy())
  const body = Buffer.alloc(3_000_000, 'x')
  for (const expected of [body, Buffer.from('small')]) {
    const answer = await undiciFetch(`https://localhost:${String(port)}/`, {
      method: 'POST',
      body: expected,
      dispatcher,
    })
    assert.equal(answer.headers.get('x-protocol'), 'TLSv1.3 false')
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(expected))
  }
})

test('the fetch of undici connects to it through our connector too', async (t) => {
  const port = await listen(t, parsec.tls.createHttpsServer(own, welcome))
  const dispatcher = new UndiciAgent({ connect: parsec.tls.connector({ ca: authority.pem }) })
  t.after(() => dispatcher.destroy())
  const answer = await undiciFetch(`https://127.0.0.1:${String(port)}/`, { dispatcher })
  assert.equal(await answer.text(), 'welcome')
})

test('fastify serves with a key of the service', async (t) => {
  const app = fastify({
    serverFactory: (handler) => parsec.tls.createHttpsServer(own, (incoming, outgoing) => handler(incoming, outgoing)),
  })
  app.get('/', (incoming) => ({ protocol: incoming.protocol, hello: 'fastify' }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => app.close())
  const { port } = app.server.address() as AddressInfo
  assert.deepEqual(JSON.parse(await curl(port)), { protocol: 'https', hello: 'fastify' })
})

test('HTTP/2 and HTTP/1.1 on one port', async (t) => {
  const http2 = createHttp2Server({ allowHTTP1: true } as never, (incoming, outgoing) => {
    outgoing.end(`over ${incoming.httpVersion}`)
  })
  const port = await listen(t, parsec.tls.secure(http2, { ...own, ALPNProtocols: ['h2', 'http/1.1'] }))
  assert.equal(await curl(port, '--http2'), 'over 2.0')
  assert.equal(await curl(port, '--http1.1'), 'over 1.1')
  for (const createConnection of [
    () => connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.pem, ALPNProtocols: ['h2'] }),
    () => parsec.tls.connect({ host: '127.0.0.1', port }, { ca: authority.pem, ALPNProtocols: ['h2'] }),
  ]) {
    const session = connectHttp2(`https://localhost:${String(port)}`, { createConnection: createConnection })
    t.after(() => session.destroy())
    const stream = session.request({ ':path': '/' })
    let body = ''
    for await (const chunk of stream) body += String(chunk)
    assert.equal(body, 'over 2.0')
    session.destroy()
  }
  // A client that offers only another protocol is refused.
  const [error] = (await once(
    connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.pem, ALPNProtocols: ['spdy'] }),
    'error',
  )) as [Error]
  assert.match(error.message, /alert no application protocol/)
})

test('client certificates are required, or optional', async (t) => {
  const device = await parsec.generate('device')
  const client = { key: device, cert: authority.certify(await device.toCsr({ subject: 'CN=device 7' })) }
  const seen: [boolean, string | undefined, string | false][] = []
  const listener = (socket: TlsSocket) => {
    seen.push([socket.authorized, socket.getPeerX509Certificate()?.subject, socket.servername])
    socket.end('hello')
  }
  const meet = async (port: number, options: object, servername = 'localhost') => {
    const to = parsec.tls.connect({ host: '127.0.0.1', port }, { ca: authority.pem, servername, ...options })
    let received = ''
    for await (const chunk of to) received += String(chunk)
    return received
  }
  const required = parsec.tls.createServer({ ...own, ca: authority.pem, requestCert: true }, listener)
  const errors: string[] = []
  required.on('tlsClientError', (error: Error) => errors.push(error.message))
  const port = await listen(t, required)
  assert.equal(await meet(port, client), 'hello')
  assert.deepEqual(seen.splice(0), [[true, 'CN=device 7', 'localhost']])
  await assert.rejects(meet(port, {}), /certificate/i)
  const foreign = new Authority()
  const other = authority.certify.call(foreign, await device.toCsr({ subject: 'CN=foreign' }))
  await assert.rejects(meet(port, { key: device, cert: other }), /certificate|UnknownCA/i)
  assert.equal(errors.length, 2, String(errors))
  assert.match(String(errors[0]), /needs a certificate/)
  assert.equal(seen.length, 0)

  const optional = { ...own, ca: [authority.pem], requestCert: true, rejectUnauthorized: false }
  const second = await listen(t, parsec.tls.createServer(optional, listener))
  assert.equal(await meet(second, {}), 'hello')
  assert.equal(await meet(second, client), 'hello')
  await assert.rejects(meet(second, { key: device, cert: other }), /certificate|UnknownCA/i)
  assert.deepEqual(
    seen.map(([authorized]) => authorized),
    [false, true],
  )
})

test('the requested name selects one of several certificates, and they can be replaced', async (t) => {
  const second = await parsec.generate('second server', { algorithm: 'RSA-2048' })
  const of = async (signer: SigningKey, name: string) =>
    authority.certifyServer(await signer.toCsr({ subject: `CN=${name}` }), `DNS:${name}`)
  const server = parsec.tls.createServer(
    { key: [key, second], cert: [cert, await of(second, 'other.example')] },
    (socket) => socket.end(),
  )
  const port = await listen(t, server)
  const shown = async (servername: string) => {
    const socket = connectTls({ port, host: '127.0.0.1', servername, ca: authority.pem })
    await once(socket, 'secureConnect')
    const { subject } = socket.getPeerCertificate()
    socket.destroy()
    return subject.CN
  }
  assert.equal(await shown('localhost'), 'localhost')
  assert.equal(await shown('other.example'), 'other.example')
  server.setSecureContext({ key: second, cert: await of(second, 'renewed.example') })
  assert.equal(await shown('renewed.example'), 'renewed.example')
  await assert.rejects(shown('localhost'), /altnames|Hostname/)
})

test('clients that do not speak TLS, or say nothing, do not disturb others', async (t) => {
  const server = parsec.tls.createHttpsServer({ ...own, handshakeTimeout: 200 }, welcome)
  const failures: Error[] = []
  server.on('tlsClientError', (error: Error) => failures.push(error))
  const port = await listen(t, server)
  const plain = connectTcp(port, '127.0.0.1')
  plain.write('GET / HTTP/1.1\r\n\r\n')
  const silent = connectTcp(port, '127.0.0.1')
  await Promise.all([plain, silent].map((socket) => once(socket.resume(), 'close')))
  const secured: unknown[] = []
  server.on('secureConnection', (socket: TlsSocket) => secured.push(socket.destroyed))
  for (let round = 0; round < 20; round += 1) {
    const gone = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.pem })
    gone.on('error', () => undefined)
    await once(gone, 'connect')
    // The client goes during the signature, or before.
    setTimeout(() => gone.destroy(), round % 4)
    await once(gone, 'close')
  }
  assert.equal(await curl(port), 'welcome')
  assert.match(failures.map(({ message }) => message).join('\n'), /within 200 ms/)
  assert.ok(failures.length >= 2)
  assert.ok(secured.length > 0 && !secured.includes(true))
})

test('options that would have no effect are refused by name', async () => {
  const create = (options: object) => () => parsec.tls.createHttpsServer({ ...own, ...options })
  const wrong: [object, RegExp][] = [
    [{ ciphers: 'AES' }, /^TypeError: options\.ciphers: /],
    [{ SNICallback: () => undefined }, /^TypeError: options\.SNICallback: /],
    [{ crl: '' }, /^TypeError: options\.crl: /],
    [{ pfx: '' }, /^TypeError: options\.pfx: /],
    [{ ca: authority.pem }, /^TypeError: options\.ca: needs requestCert/],
    [{ rejectUnauthorized: true }, /^TypeError: options\.rejectUnauthorized: needs requestCert/],
    [{ requestCert: true }, /^TypeError: options\.ca: /],
    [{ requestCert: 'yes' }, /^TypeError: options\.requestCert: /],
    [{ requestCert: true, ca: [] }, /^TypeError: options\.ca: /],
    [{ key: [key, key] }, /^TypeError: options\.cert: .*1 for 2/],
    [{ key: 'pem' }, /^TypeError: options\.key: must be a SigningKey/],
    [{ minVersion: 'TLSv1' }, /^TypeError: options\.minVersion: /],
    [{ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' }, /oldest version/],
    [{ handshakeTimeout: 0 }, /^RangeError: options\.handshakeTimeout: /],
    [{ ALPNProtocols: 'h2' }, /^TypeError: options\.ALPNProtocols: /],
    [{ nonsense: 1 }, /^TypeError: options\.nonsense: /],
  ]
  for (const [options, message] of wrong) assert.throws(create(options), message)
  const https = createHttpsServer(authority.server())
  assert.throws(() => parsec.tls.secure(https, own), /^TypeError: server: has TLS already/)
  const twice = parsec.tls.secure(createHttpServer(), own)
  assert.throws(() => parsec.tls.secure(twice, own), /^TypeError: server: has TLS already/)
  assert.throws(() => parsec.tls.secure({} as never, own), /^TypeError: server: must be a server/)
  const plain = parsec.tls.secure(createNetServer(), own)
  assert.throws(() => {
    plain.setSecureContext({ key, cert: 'nonsense' })
  }, /certificate/)
})

describe('a server whose key is in a TPM', () => {
  let client: Client
  let stop: () => Promise<void>
  before(async () => {
    const devices = await startDevices()
    stop = () => devices.stop()
    client = await devices.connect({ application: 'tls-server', provider: 'tpm' })
  })
  after(() => stop())

  test('serves TLS 1.2 and 1.3', async (t) => {
    const own = await client.generate('tpm web')
    assert.equal(own.provider, 'tpm')
    const chain = authority.certifyServer(await own.toCsr({ subject: 'CN=localhost' }), ...names)
    const port = await listen(t, client.tls.createHttpsServer({ key: own, cert: chain }, welcome))
    assert.equal(await curl(port), 'welcome')
    assert.match(await curl(port, '--include', '--tls-max', '1.2'), /x-protocol: TLSv1\.2/)
    await own.delete()
    // The reason is an error of the server, not of a client.
    await assert.rejects(curl(port))
  })
})

test('the members of a socket are those of tls.TLSSocket', async (t) => {
  const server = createHttpsServer({ ...authority.server(), ca: authority.pem }, (_, outgoing) => outgoing.end())
  const port = await listen(t, server)
  const theirs = connectTls({ port, host: 'localhost', ca: authority.pem })
  const ours = parsec.tls.connect({ host: 'localhost', port }, { ca: authority.pem })
  t.after(() => ours.destroy())
  t.after(() => theirs.destroy())
  await Promise.all([once(theirs, 'secureConnect'), once(ours, 'secureConnect')])
  const members = (socket: TLSSocket | TlsSocket) => ({
    ...{ encrypted: socket.encrypted, authorized: socket.authorized, alpn: socket.alpnProtocol },
    ...{ protocol: socket.getProtocol(), reused: socket.isSessionReused(), peer: socket.remotePort },
    ...{ subject: socket.getPeerCertificate().subject, family: socket.remoteFamily },
    ...{ fingerprint: socket.getPeerCertificate().fingerprint256, suite: socket.getCipher().name.startsWith('TLS_') },
    ...{ issuer: socket.getPeerCertificate(true).issuer, x509: socket.getPeerX509Certificate()?.subject },
    ...{ version: socket.getCipher().version, connecting: socket.connecting, pending: socket.pending },
  })
  assert.deepEqual(members(ours), members(theirs))
})
