package org.parsec.client.jca

import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import java.security.ProviderException
import java.security.SecureRandomSpi

/** Random bytes of the service, from hardware if there is any. */
internal class ParsecSecureRandomSpi(@Transient private val client: () -> Parsec) : SecureRandomSpi() {
    /** Ignores the seed: the service's generator does not need one. */
    override fun engineSetSeed(seed: ByteArray?): Unit = Unit

    override fun engineNextBytes(bytes: ByteArray) {
        var at = 0
        while (at < bytes.size) {
            val drawn = draw(minOf(PIECE, bytes.size - at))
            drawn.copyInto(bytes, at)
            at += drawn.size
        }
    }

    override fun engineGenerateSeed(numBytes: Int): ByteArray = ByteArray(numBytes).also(::engineNextBytes)

    private fun draw(count: Int): ByteArray = try {
        client().randomBlocking(count)
    } catch (failure: ParsecException) {
        throw ProviderException(failure.message, failure)
    }

    private companion object {
        private const val serialVersionUID = 1L

        /** Random bytes per request. */
        private const val PIECE = 64 * 1024
    }
}
