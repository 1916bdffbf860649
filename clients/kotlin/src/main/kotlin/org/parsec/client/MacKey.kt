package org.parsec.client

import kotlinx.coroutines.flow.Flow
import org.parsec.client.ffi.NativeKey
import java.io.InputStream

/** A key for message authentication codes: HMAC (RFC 2104) or CMAC (NIST SP 800-38B). */
public class MacKey internal constructor(native: NativeKey, timeoutMs: UInt?) : AbstractMacKey(native, timeoutMs) {
    /** Computes the message authentication code of data in pieces, of any length. */
    public suspend fun compute(data: Flow<ByteArray>): ByteArray = digest(data) { native.computeStream(timeoutMs) }

    /** Computes the message authentication code of all bytes of [data]. */
    public fun computeBlocking(data: InputStream): ByteArray =
        digestStream(data) { native.computeStreamBlocking(timeoutMs) }

    /** Verifies the message authentication code of data in pieces. */
    public suspend fun verify(code: ByteArray, data: Flow<ByteArray>): Boolean =
        matches { digest(data) { native.verifyStream(code, timeoutMs) } }

    /** Verifies the message authentication code of all bytes of [data]. */
    public fun verifyBlocking(code: ByteArray, data: InputStream): Boolean =
        matches { digestStream(data) { native.verifyStreamBlocking(code, timeoutMs) } }
}
