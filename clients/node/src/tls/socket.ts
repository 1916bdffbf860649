/** A TLS connection over a Node.js socket, with TLS in the addon. */

import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

import { fromNative, fromPayload, ParsecError } from '../errors.js'
import type { TlsConnection, TlsStep } from '../native.js'

type Done = (error?: Error | null) => void

/** Bytes of plaintext to encrypt in one step, so that a large write does not delay the event loop. */
const WRITE = 256 * 1024

/**
 * A TLS connection as a stream. It emits `secureConnect` after the handshake, and buffers writes
 * until then.
 */
export class TlsSocket extends Duplex {
  /** As in `tls.TLSSocket`. */
  readonly encrypted = true
  /** Whether the server's certificate was accepted; before that no data is sent. */
  authorized = false
  /** The negotiated application protocol, or `false`. */
  alpnProtocol: string | false = false
  readonly #socket: Socket
  readonly #tls: TlsConnection
  #handshaking = true
  #received: Buffer[] = []
  #stepping = false
  #ended = false
  #finished = false
  readonly #waiting: (() => void)[] = []

  /** @internal */
  constructor(socket: Socket, tls: TlsConnection) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    this.#tls = tls
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
    this.emit('connect')
    this.#send(this.#tls.receive().toServer)
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
      const step = this.#handshaking ? await this.#tls.handshake(received) : this.#tls.receive(received)
      this.#took(step)
    }
    if (!this.#ended || this.#finished || this.destroyed) return
    this.#finished = true
    const step = this.#tls.receive(new Uint8Array())
    if (this.#handshaking && step.failure == null) {
      throw new ServerClosed()
    }
    this.#took(step)
    this.push(null)
  }

  #took(step: TlsStep): void {
    this.#send(step.toServer)
    if (step.failure != null) {
      this.#socket.end()
      throw fromPayload(step.failure) ?? new Error(step.failure)
    }
    if (this.#handshaking && !step.handshaking) this.#secured()
    if (step.plaintext.byteLength > 0 && !this.push(step.plaintext)) this.#socket.pause()
    if (step.closed) this.push(null)
  }

  #secured(): void {
    this.#handshaking = false
    this.authorized = true
    this.alpnProtocol = this.#tls.session().alpn ?? false
    this.emit('secureConnect')
    for (const write of this.#waiting.splice(0)) write()
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

  /** The negotiated version: `TLSv1.3` or `TLSv1.2`. */
  getProtocol(): string | null {
    return this.#tls.session().protocol ?? null
  }

  /** The server's certificate. */
  get peerX509Certificate(): X509Certificate | undefined {
    const [own] = this.#tls.session().peerCertificates
    return own === undefined ? undefined : new X509Certificate(own)
  }

  // The remaining members are as in `net.Socket`.

  setTimeout(timeout: number, callback?: () => void): this {
    if (callback !== undefined) this.once('timeout', callback)
    this.#socket.setTimeout(timeout)
    return this
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

  get connecting(): boolean {
    return this.#socket.connecting
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress
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

/** The server closed the connection during the handshake. */
class ServerClosed extends ParsecError {
  constructor() {
    super('the server closed the connection during the TLS handshake', {
      advice: "see the server's log: it may have refused the certificate",
    })
    this.name = 'ParsecError'
  }
}
