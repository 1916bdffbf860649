package org.parsec.client

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.future.future
import kotlinx.coroutines.withContext
import org.parsec.client.raw.Failure
import org.parsec.client.raw.FailureKind
import org.parsec.client.raw.InternalException
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

/** A number that must not be negative. */
internal fun count(number: Int, name: String): UInt {
    if (number < 0) throw invalid("$name: must not be negative, not $number")
    return number.toUInt()
}

/** As [count], for long numbers. */
internal fun size(number: Long, name: String): ULong {
    if (number < 0) throw invalid("$name: must not be negative, not $number")
    return number.toULong()
}
