/** The class for what a key is for. */

import type { NativeKey } from '../native.js'
import type {
  AgreementAlgorithm,
  Algorithm,
  DecryptionAlgorithm,
  DerivationAlgorithm,
  MacAlgorithm,
  SigningAlgorithm,
  SymmetricAlgorithm,
  WrappingAlgorithm,
} from '../spec.js'
import { AgreementKey } from './agreement.js'
import { DecryptionKey } from './decryption.js'
import { DerivationKey } from './derivation.js'
import { OtherKey, type Role } from './key.js'
import { MacKey } from './mac.js'
import { SigningKey, VerifyingKey } from './signing.js'
import { SymmetricKey } from './symmetric.js'
import { WrappingKey } from './wrapping.js'

/** A key of any kind; its `role` says which. */
export type AnyKey =
  | SigningKey
  | VerifyingKey
  | SymmetricKey
  | MacKey
  | DecryptionKey
  | DerivationKey
  | AgreementKey
  | WrappingKey
  | OtherKey

/** The class of a key with that algorithm. */
export type KeyFor<A extends Algorithm> = A extends SigningAlgorithm
  ? SigningKey
  : A extends SymmetricAlgorithm
    ? SymmetricKey
    : A extends MacAlgorithm
      ? MacKey
      : A extends DecryptionAlgorithm
        ? DecryptionKey
        : A extends DerivationAlgorithm
          ? DerivationKey
          : A extends AgreementAlgorithm
            ? AgreementKey
            : A extends WrappingAlgorithm
              ? WrappingKey
              : never

/** One of the classes of keys, to say which is wanted. */
export type KeyClass<K extends AnyKey> = new (...args: never) => K

/** The key as what it is for. */
export function make(key: NativeKey): AnyKey {
  const { role } = key.describe() as { role: Role }
  switch (role) {
    case 'signing':
      return new SigningKey(key)
    case 'verifying':
      return new VerifyingKey(key)
    case 'symmetric':
      return new SymmetricKey(key)
    case 'mac':
      return new MacKey(key)
    case 'decryption':
      return new DecryptionKey(key)
    case 'derivation':
      return new DerivationKey(key)
    case 'agreement':
      return new AgreementKey(key)
    case 'wrapping':
      return new WrappingKey(key)
    case 'other':
      return new OtherKey(key)
  }
}
