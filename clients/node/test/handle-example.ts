/** Examples of the methods of handles. */

import type { Client, ProviderName } from '@parsec/client'

/** The example of one method. */
export interface HandleExample {
  /** The class and the method. */
  readonly title: string
  /** The application that runs it: examples do not share keys. */
  readonly application: string
  /** The provider of its keys. */
  readonly provider: ProviderName
  readonly run: (parsec: Client) => Promise<void>
}
