/** Certificate signing requests. */

import { pem, type OwnBytes } from './bytes.js'

/** A certificate signing request (PKCS #10). */
export class Csr {
  readonly #der: Uint8Array

  /** @internal */
  constructor(der: Uint8Array) {
    this.#der = der
  }

  /** DER. */
  toDer(): OwnBytes {
    return Uint8Array.from(this.#der)
  }

  /** PEM with the label `CERTIFICATE REQUEST`. */
  toPem(): string {
    return pem('CERTIFICATE REQUEST', this.#der)
  }
}
