// {{ banner }}

package org.parsec.client

import org.parsec.client.ffi.NativeRaw

/**
 * Every operation of the service, with the names and structures of the PSA Crypto API and without
 * defaults. From [Parsec.raw].
 *
 * Each operation has a `suspend` function and a function that blocks the calling thread.
 */
public class Raw internal constructor(native: NativeRaw, timeoutMs: UInt?) :
    RawCalls(native, timeoutMs),
{%- for interface in interfaces %}
    {{ interface }}{% if !loop.last %},{% endif %}
{%- endfor %}
