package org.parsec.client

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import org.parsec.client.ffi.NativeStream
import java.io.IOException
import java.io.InputStream

/** The number of bytes in each read from an [InputStream]. */
private const val PIECE = 64 * 1024

/** Encrypts or decrypts data in pieces. The flow uses a separate connection while it is collected. */
internal fun through(pieces: Flow<ByteArray>, open: suspend () -> NativeStream): Flow<ByteArray> = flow {
    callSuspending { open() }.use { stream ->
        try {
            pieces.collect { piece ->
                val output = callSuspending { stream.update(piece) }
                if (output.isNotEmpty()) emit(output)
            }
            val rest = callSuspending { stream.finish() }
            if (rest.isNotEmpty()) emit(rest)
        } finally {
            stream.abort()
        }
    }
}

/** Sends data in pieces, and returns the result at its end. */
internal suspend fun digest(pieces: Flow<ByteArray>, open: suspend () -> NativeStream): ByteArray =
    callSuspending { open() }.use { stream ->
        try {
            pieces.collect { piece -> callSuspending { stream.update(piece) } }
            callSuspending { stream.finish() }
        } finally {
            stream.abort()
        }
    }

/** As [digest], on the caller's thread. */
internal fun digestStream(data: InputStream, open: () -> NativeStream): ByteArray = callBlocking(open).use { stream ->
    try {
        val buffer = ByteArray(PIECE)
        while (true) {
            val read = data.read(buffer)
            if (read < 0) break
            callBlocking { stream.updateBlocking(buffer.copyOf(read)) }
        }
        callBlocking { stream.finishBlocking() }
    } finally {
        stream.abort()
    }
}

/** Returns false if a stream ends with a wrong authentication code. */
internal inline fun matches(check: () -> Unit): Boolean = try {
    check()
    true
} catch (_: ParsecException.InvalidSignature) {
    false
}

/** As [through], on the caller's thread. Failures are [ParsecException]s, not [IOException]s. */
internal fun throughStream(data: InputStream, open: () -> NativeStream): InputStream = Through(data, callBlocking(open))

private class Through(private val data: InputStream, private val stream: NativeStream) : InputStream() {
    private val buffer = ByteArray(PIECE)
    private var output = nothing
    private var at = 0
    private var ended = false
    private var closed = false
    private var broken: ParsecException? = null

    override fun read(): Int {
        val one = ByteArray(1)
        return if (read(one, 0, 1) < 0) -1 else one[0].toInt() and 0xff
    }

    override fun read(into: ByteArray, offset: Int, length: Int): Int {
        if (closed) throw IOException("the stream is closed")
        if (length == 0) return 0
        while (at == output.size) {
            if (ended) return -1
            next()
        }
        val count = minOf(length, output.size - at)
        output.copyInto(into, offset, at, at + count)
        at += count
        return count
    }

    private fun next() {
        // After a failure, further reads must not look like a regular end of the data.
        broken?.let { throw it }
        val read = data.read(buffer)
        output = try {
            callBlocking { if (read < 0) stream.finishBlocking() else stream.updateBlocking(buffer.copyOf(read)) }
        } catch (failure: ParsecException) {
            broken = failure
            throw failure
        }
        ended = read < 0
        at = 0
    }

    override fun available(): Int = output.size - at

    override fun close() {
        if (closed) return
        closed = true
        stream.abort()
        stream.close()
        data.close()
    }
}
