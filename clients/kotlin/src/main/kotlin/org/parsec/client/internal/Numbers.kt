package org.parsec.client.internal

import org.parsec.client.invalid

// The binding has unsigned numbers, which Java lacks. No number of the service exceeds the signed type in practice;
// one that does becomes the maximum, never negative.

internal fun UInt.lift(): Int = coerceAtMost(Int.MAX_VALUE.toUInt()).toInt()

internal fun ULong.lift(): Long = coerceAtMost(Long.MAX_VALUE.toULong()).toLong()

internal fun Int.lower(name: String): UInt {
    if (this < 0) throw invalid("$name: must not be negative, not $this")
    return toUInt()
}

internal fun Long.lower(name: String): ULong {
    if (this < 0) throw invalid("$name: must not be negative, not $this")
    return toULong()
}
