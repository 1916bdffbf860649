package org.parsec.client

import kotlinx.coroutines.flow.Flow
import org.parsec.client.raw.NativeKey
import java.io.InputStream
import java.util.concurrent.CompletableFuture

/** A key for authentication codes: HMAC (RFC 2104) or CMAC (NIST SP 800-38B). */
public class MacKey internal constructor(native: NativeKey, timeoutMs: UInt?) : Key(native, timeoutMs) {
    /** The code of [data], as long as the algorithm makes it. */
    public suspend fun compute(data: ByteArray): ByteArray = callSuspending { native.computeMac(data, timeoutMs) }

    /** As [compute], on the caller's thread. */
    public fun computeBlocking(data: ByteArray): ByteArray = callBlocking { native.computeMacBlocking(data, timeoutMs) }

    /** As [compute], for Java. */
    public fun computeAsync(data: ByteArray): CompletableFuture<ByteArray> = promise { compute(data) }

    /** The code of data in pieces, of any length. */
    public suspend fun compute(data: Flow<ByteArray>): ByteArray = digest(data) { native.macStream(timeoutMs) }

    /** The code of all that [data] gives. */
    public fun computeBlocking(data: InputStream): ByteArray =
        digestStream(data) { native.macStreamBlocking(timeoutMs) }

    /** Whether [code] is that of [data]; compared in the service, in constant time. */
    public suspend fun verify(code: ByteArray, data: ByteArray): Boolean =
        callSuspending { native.verifyMac(data, code, timeoutMs) }

    /** As [verify], on the caller's thread. */
    public fun verifyBlocking(code: ByteArray, data: ByteArray): Boolean =
        callBlocking { native.verifyMacBlocking(data, code, timeoutMs) }

    /** As [verify], for Java. */
    public fun verifyAsync(code: ByteArray, data: ByteArray): CompletableFuture<Boolean> =
        promise { verify(code, data) }

    /** Whether [code] is that of data in pieces. */
    public suspend fun verify(code: ByteArray, data: Flow<ByteArray>): Boolean =
        matches { digest(data) { native.macVerifyStream(code, timeoutMs) } }

    /** Whether [code] is that of all that [data] gives. */
    public fun verifyBlocking(code: ByteArray, data: InputStream): Boolean =
        matches { digestStream(data) { native.macVerifyStreamBlocking(code, timeoutMs) } }
}
