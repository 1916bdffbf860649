// {{ banner }}

package org.parsec.client

import org.parsec.client.ffi.NativeRaw

/** The base of [Raw]: the operations of the binding, and the timeout of each call. */
public sealed class RawCalls(internal val native: NativeRaw, internal val timeoutMs: UInt?)
