package org.parsec.client

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.future.future
import kotlinx.coroutines.withContext
import org.parsec.client.ffi.Failure
import org.parsec.client.ffi.FailureKind
import org.parsec.client.ffi.InternalException
import java.nio.charset.CharacterCodingException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.coroutineContext

/** Calls the binding, suspending or not, and converts its errors to those of this package. */
internal inline fun <T> callBlocking(call: () -> T): T = try {
    call()
} catch (failure: Failure.Call) {
    throw ParsecException.of(failure)
} catch (broken: InternalException) {
    throw failed(FailureKind.INTERNAL, "the native client failed: ${broken.message}; please report this", broken)
} catch (_: CharacterCodingException) {
    throw invalid("a name or another text is not Unicode: it contains half of a surrogate pair (UTF-16)")
} catch (closed: IllegalStateException) {
    throw if (isClosed(closed)) IllegalStateException("it is closed: connect or open the key again", closed) else closed
} catch (missing: LinkageError) {
    throw withoutLibrary(missing)
}

/** Whether this is the error of a destroyed object of the binding, whose text names internal classes. */
internal fun isClosed(failure: IllegalStateException): Boolean =
    failure !is CancellationException && "already been destroyed" in failure.message.orEmpty()

/** The error of a JVM on another platform than that of the native library. */
internal fun withoutLibrary(missing: LinkageError): ParsecException {
    val platform = "${System.getProperty("os.name")} on ${System.getProperty("os.arch")}"
    return failed(
        FailureKind.NOT_SUPPORTED,
        "the native client cannot be loaded on this platform, $platform: use a jar that was built for it with " +
            "`cargo xtask package kotlin`, and net.java.dev.jna:jna on the class path or the module path",
        missing,
    )
}

/**
 * As [callBlocking], for calls that suspend. Without a dispatcher, a coroutine would resume on a thread of the native
 * runtime and block all other calls: it resumes on the default dispatcher.
 */
internal suspend inline fun <T> callSuspending(crossinline call: suspend () -> T): T {
    val dispatcher = coroutineContext[ContinuationInterceptor]
    return if (dispatcher == null || dispatcher === Dispatchers.Unconfined) {
        withContext(Dispatchers.Default) { callBlocking { call() } }
    } else {
        callBlocking { call() }
    }
}

/** An error that this package detects. */
internal fun failed(kind: FailureKind, line: String, cause: Throwable? = null): ParsecException {
    val failure = Failure.Call(
        kind = kind, line = line, detail = null, reason = null, advice = "", status = null, retryable = false,
        retryAfterMs = null, outcomeUnknown = false, operation = null, keyName = null,
    )
    return ParsecException.of(failure).apply { cause?.let { initCause(it) } }
}

/** An error for an invalid argument. */
internal fun invalid(line: String): ParsecException = failed(FailureKind.INVALID_ARGUMENT, line)

private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

/** A call for Java: cancelling the future cancels the call. */
internal fun <T> promise(call: suspend () -> T): CompletableFuture<T> = scope.future { call() }

/** A call for Java without a result. */
internal fun promiseNothing(call: suspend () -> Unit): CompletableFuture<Void?> = scope.future {
    call()
    null
}

/** A timeout in whole milliseconds, at least one. */
internal fun millis(timeout: Duration): UInt {
    if (timeout.isNegative || timeout.isZero) throw invalid("timeout: must be positive, not $timeout")
    return runCatching { timeout.toMillis() }.getOrDefault(Long.MAX_VALUE)
        .coerceIn(1, UInt.MAX_VALUE.toLong()).toUInt()
}
