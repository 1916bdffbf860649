// {{ banner }}

package org.parsec.client

import org.parsec.client.raw.NativeRaw

/** The part of [Raw] that calls the binding: its operations, and the time that each call may take. */
public sealed class RawCalls(internal val native: NativeRaw, internal val timeoutMs: UInt?)
