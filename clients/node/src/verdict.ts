/** Verification with a boolean result instead of an error. */

import { InvalidSignatureError } from './errors.js'

/** Returns whether a check passes that throws if it fails. */
export async function holds(check: Promise<void>): Promise<boolean> {
  try {
    await check
    return true
  } catch (error) {
    if (error instanceof InvalidSignatureError) return false
    throw error
  }
}
