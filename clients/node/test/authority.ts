/** A certificate authority for one test. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Csr } from '@parsec/client'

/** Creates certificates with openssl in a separate folder. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'parsec-ca-'))
  readonly pem: string

  constructor() {
    this.#openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=Test CA',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    )
    this.pem = this.#read('ca.pem')
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' })
  }

  #read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }

  /** A key and certificate for a server, optionally with further names such as `IP:127.0.0.1`. */
  server(name = 'localhost', ...more: string[]): { key: string; cert: string } {
    this.#openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
    )
    writeFileSync(join(this.folder, 'server.ext'), `subjectAltName=${[`DNS:${name}`, ...more].join(',')}`)
    this.#sign('server', '-extfile', 'server.ext')
    return { key: this.#read('server.key'), cert: this.#read('server.pem') }
  }

  /** Issues a client's certificate for a request. */
  certify(csr: Csr): string {
    return this.#issue(csr, 'extendedKeyUsage=clientAuth')
  }

  /** Issues a server's certificate for a request, for these names, such as `DNS:localhost`. */
  certifyServer(csr: Csr, ...names: string[]): string {
    return this.#issue(csr, `extendedKeyUsage=serverAuth\nsubjectAltName=${names.join(',')}`)
  }

  #issue(csr: Csr, extensions: string): string {
    writeFileSync(join(this.folder, 'issued.csr'), csr.toPem())
    writeFileSync(join(this.folder, 'issued.ext'), extensions)
    this.#sign('issued', '-extfile', 'issued.ext')
    return this.#read('issued.pem')
  }

  #sign(name: string, ...more: string[]): void {
    this.#openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-out',
      `${name}.pem`,
      ...more,
    )
  }
}
