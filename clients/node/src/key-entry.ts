/** Entries of the list of keys. */

import type { KeyAttributes, KeyInfo } from './generated/types.js'
import { providerName, type ProviderName } from './provider.js'

/** An entry of the list of keys. */
export interface KeyEntry {
  /** The name of the key. */
  name: string
  /** The provider that has the key. */
  provider: ProviderName
  /** The type, size and policy of the key. */
  attributes: KeyAttributes
}

/** The entry for what the service returns. */
export function keyEntry({ providerId, name, attributes }: KeyInfo): KeyEntry {
  return { name, provider: providerName(providerId), attributes }
}
