package org.parsec.client.internal

// Arrays compare and print by identity; the types of the contracts do so by their contents.

internal fun sameBytes(one: List<ByteArray>, other: List<ByteArray>): Boolean =
    one.size == other.size && one.indices.all { one[it].contentEquals(other[it]) }

internal fun hashOf(vararg parts: Any?): Int = parts.fold(1) { hash, part ->
    val own = when (part) {
        is ByteArray -> part.contentHashCode()
        is List<*> -> hashOf(*part.toTypedArray())
        else -> part.hashCode()
    }
    31 * hash + own
}

internal fun hexOf(bytes: ByteArray?): String? = bytes?.joinToString("") { "%02x".format(it) }

internal fun hexOfEach(list: List<ByteArray>): List<String?> = list.map(::hexOf)
