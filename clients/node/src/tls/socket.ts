/** A TLS connection over a Node.js socket, with TLS in the addon. */

import { X509Certificate } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { types } from 'node:util'
import type { CipherNameAndProtocol, DetailedPeerCertificate, PeerCertificate } from 'node:tls'

import { fromNative, fromPayload, ProtocolError } from '../errors.js'
import type { TlsConnection, TlsStep } from '../native.js'
import { opensslName } from './ciphers.js'

type Done = (error?: Error | null) => void

/** The server that a client expects. */
export interface ExpectedServer {
  readonly servername: string
  /** A further check of the server's certificate. */
  readonly check: ((certificate: PeerCertificate) => Error | undefined) | undefined
}

/** Bytes of plaintext to encrypt in one step, so that a large write does not delay the event loop. */
const WRITE = 256 * 1024

/**
 * A TLS connection as a stream, with the members of `tls.TLSSocket` that do not depend on OpenSSL. A client's
 * emits `secureConnect` after the handshake, and buffers writes until then.
 */
export class TlsSocket extends Duplex {
  /** As in `tls.TLSSocket`. */
  readonly encrypted = true
  /** Whether the peer's certificate was verified. On a server: `false` for a client without a certificate. */
  authorized = false
  /** Why {@link authorized} is `false` after the handshake. */
  authorizationError: Error | undefined
  /** The negotiated application protocol, or `false`. */
  alpnProtocol: string | false = false
  /** The server name that the client requests (SNI), or `false`. */
  servername: string | false = false
  readonly #socket: Socket
  readonly #tls: TlsConnection
  readonly #expected: ExpectedServer | undefined
  #handshaking = true
  #received: Buffer[] = []
  #stepping = false
  #ended = false
  #finished = false
  readonly #waiting: (() => void)[] = []

  /** @internal A server expects nothing. */
  constructor(socket: Socket, tls: TlsConnection, expected?: ExpectedServer) {
    super({ allowHalfOpen: expected === undefined && socket.allowHalfOpen })
    this.#socket = socket
    this.#tls = tls
    this.#expected = expected
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk)
      this.#turn()
    })
    socket.on('end', () => {
      this.#ended = true
      this.#turn()
    })
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => {
      this.#ended = true
      this.#turn()
    })
    socket.on('timeout', () => this.emit('timeout'))
    if (socket.connecting) socket.once('connect', () => this.#begin())
    else this.#begin()
  }

  #begin(): void {
    if (this.#socket.connecting || this.destroyed) return
    if (this.#expected !== undefined) this.emit('connect')
    this.#send(this.#tls.receive().toPeer)
  }

  #send(records: Uint8Array): void {
    if (records.byteLength > 0 && this.#socket.writable) this.#socket.write(records)
  }

  /** Performs one step at a time: a step of the handshake may wait for a device's signature. */
  #turn(): void {
    if (this.#stepping || this.destroyed) return
    this.#stepping = true
    this.#steps().then(
      () => {
        this.#stepping = false
        if (this.#received.length > 0 || (this.#ended && !this.#finished)) this.#turn()
      },
      (error: unknown) => {
        this.#stepping = false
        this.destroy(fromNative(error) as Error)
      },
    )
  }

  async #steps(): Promise<void> {
    while (this.#received.length > 0 && !this.destroyed) {
      const received = Buffer.concat(this.#received)
      this.#received = []
      const step = this.#handshaking ? await this.#handshake(received) : this.#tls.receive(received)
      // The peer may have gone while the key signed.
      if (!this.destroyed) this.#took(step)
    }
    if (!this.#ended || this.#finished || this.destroyed) return
    this.#finished = true
    const step = this.#tls.receive(new Uint8Array())
    if (this.#handshaking && step.failure == null) throw this.#closedEarly()
    this.#took(step)
    this.push(null)
  }

  /** Reads nothing more meanwhile, so that a peer cannot fill the memory before it is known. */
  async #handshake(received: Uint8Array): Promise<TlsStep> {
    this.#socket.pause()
    try {
      return await this.#tls.handshake(received)
    } finally {
      this.#socket.resume()
    }
  }

  #took(step: TlsStep): void {
    const done = this.#handshaking && !step.handshaking && step.failure == null
    if (done) this.#verified()
    this.#send(step.toPeer)
    if (step.failure != null) {
      this.#socket.end()
      throw fromPayload(step.failure) ?? new Error(step.failure)
    }
    if (done) this.#secured()
    if (step.plaintext.byteLength > 0 && !this.push(step.plaintext)) this.#socket.pause()
    if (step.closed) this.push(null)
  }

  /** Applies the client's own check, before it sends its last message of the handshake. */
  #verified(): void {
    const refused = this.#expected?.check?.(this.getPeerCertificate(true))
    if (refused === undefined) return
    this.#socket.end()
    throw types.isNativeError(refused) ? refused : new ProtocolError('TLS: checkServerIdentity refused the certificate')
  }

  #secured(): void {
    this.#handshaking = false
    const { alpn, serverName, peerCertificates } = this.#tls.session()
    this.alpnProtocol = alpn ?? false
    this.servername = this.#expected?.servername ?? serverName ?? false
    this.authorized = peerCertificates.length > 0
    if (!this.authorized) this.authorizationError = new ProtocolError('TLS: the client has no certificate')
    this.emit('secure')
    if (this.#expected !== undefined) this.emit('secureConnect')
    for (const write of this.#waiting.splice(0)) write()
  }

  #closedEarly(): Error {
    const [peer, advice] =
      this.#expected === undefined
        ? ['client', 'see its log: it may not trust the certificate']
        : ['server', 'see its log: it may have refused the certificate']
    return new ProtocolError(`TLS: the ${peer} closed the connection during the handshake; ${advice}`, { advice })
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#writev(chunk, done)
  }

  #writev(chunk: Buffer, done: Done): void {
    if (this.#handshaking) {
      this.#waiting.push(() => {
        this.#writev(chunk, done)
      })
      return
    }
    this.#part(chunk, 0, done)
  }

  #part(chunk: Buffer, at: number, done: Done): void {
    try {
      const records = this.#tls.send(chunk.subarray(at, at + WRITE))
      const next = at + WRITE
      // The next part follows when this one is written, which provides backpressure.
      this.#socket.write(records, (error) => {
        if (error != null) done(error)
        else if (next < chunk.byteLength) this.#part(chunk, next, done)
        else done()
      })
    } catch (error) {
      done(fromNative(error) as Error)
    }
  }

  override _final(done: Done): void {
    const close = () => {
      if (this.#socket.destroyed) {
        done()
        return
      }
      this.#send(this.#tls.close())
      this.#socket.end(() => {
        done()
      })
    }
    if (this.#handshaking) this.#waiting.push(close)
    else close()
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy()
    done(error)
  }

  /** Destroys the connection when everything was sent. */
  destroySoon(): void {
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
    if (this.writable) this.end()
  }

  /** The negotiated version: `TLSv1.3` or `TLSv1.2`. */
  getProtocol(): string | null {
    return this.#tls.session().protocol ?? null
  }

  /** The negotiated cipher suite. */
  getCipher(): CipherNameAndProtocol {
    const { cipher, protocol } = this.#tls.session()
    return { name: opensslName(cipher ?? ''), standardName: cipher ?? '', version: protocol ?? '' }
  }

  /** Whether the session of an earlier connection was resumed. */
  isSessionReused(): boolean {
    return this.#tls.session().resumed
  }

  /** The peer's certificate, or `undefined` if the peer is a client without one. */
  getPeerX509Certificate(): X509Certificate | undefined {
    const [own] = this.#chain()
    return own
  }

  /** The peer's certificate as an object, which is empty without a certificate; with the issuers, if `detailed`. */
  getPeerCertificate(detailed: true): DetailedPeerCertificate
  getPeerCertificate(detailed?: boolean): PeerCertificate
  getPeerCertificate(detailed = false): PeerCertificate {
    const [own, ...issuers] = this.#chain().map((one) => one.toLegacyObject() as DetailedPeerCertificate)
    if (own === undefined) return {} as PeerCertificate
    if (detailed) {
      let last = own
      for (const issuer of issuers) last = last.issuerCertificate = issuer
      last.issuerCertificate ??= last
    }
    return own
  }

  #chain(): X509Certificate[] {
    return this.#tls.session().peerCertificates.map((der) => new X509Certificate(der))
  }

  // The remaining members are as in `net.Socket`.

  setTimeout(timeout: number, callback?: () => void): this {
    if (callback !== undefined) this.once('timeout', callback)
    this.#socket.setTimeout(timeout)
    return this
  }

  get timeout(): number | undefined {
    return this.#socket.timeout
  }

  setNoDelay(noDelay?: boolean): this {
    this.#socket.setNoDelay(noDelay)
    return this
  }

  setKeepAlive(enable?: boolean, delay?: number): this {
    this.#socket.setKeepAlive(enable, delay)
    return this
  }

  ref(): this {
    this.#socket.ref()
    return this
  }

  unref(): this {
    this.#socket.unref()
    return this
  }

  address(): AddressInfo | object {
    return this.#socket.address()
  }

  get connecting(): boolean {
    return this.#socket.connecting
  }

  get pending(): boolean {
    return this.#socket.pending
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress
  }

  get remoteFamily(): string | undefined {
    return this.#socket.remoteFamily
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress
  }

  get localFamily(): string | undefined {
    return this.#socket.localFamily
  }

  get localPort(): number | undefined {
    return this.#socket.localPort
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten
  }

  get bytesRead(): number {
    return this.#socket.bytesRead
  }
}
