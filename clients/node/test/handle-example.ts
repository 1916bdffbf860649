/** Examples of the methods of handles. */

import type { Client } from '@parsec/client'

/** The example of one method. */
export interface HandleExample {
  /** The class and the method. */
  readonly title: string
  /** The application that runs it: examples do not share keys. */
  readonly application: string
  readonly run: (parsec: Client) => Promise<void>
}
