/** Providers of keys. */

import { describe } from './bytes.js'
import { NUMBERS } from './generated/providers.js'

/** The name of a provider: `software`, `tpm`, `pkcs11` … */
export type ProviderName = keyof typeof NUMBERS

/** A provider, by its name or by its number on the wire. */
export type Provider = ProviderName | (number & {})

/** The number of a provider on the wire. */
export function providerNumber(provider: Provider, argument = 'options.provider'): number {
  if (typeof provider === 'string' && Object.hasOwn(NUMBERS, provider)) return NUMBERS[provider]
  if (typeof provider === 'number') {
    if (Object.values<number>(NUMBERS).includes(provider)) return provider
    throw new RangeError(`${argument}: no provider has the number ${String(provider)}`)
  }
  const names = Object.keys(NUMBERS).join(', ')
  throw new TypeError(
    `${argument}: must be one of ${names}, not ${
      typeof provider === 'string' ? `"${provider as string}"` : describe(provider)
    }`,
  )
}

/** The name of a provider that has this number. */
export function providerName(number: number): ProviderName {
  const entry = Object.entries(NUMBERS).find(([, known]) => known === number)
  if (entry === undefined) throw new RangeError(`no provider has the number ${String(number)}`)
  return entry[0] as ProviderName
}
