package org.parsec.client.conformance

import org.parsec.client.PublicKey
import java.math.BigInteger

/** Converts ECDSA signatures between DER, the encoding of the JVM, and r ‖ s, the encoding of the cases. */
object Signatures {
    private fun half(key: PublicKey): Int? {
        // The length of an uncompressed point determines the curve.
        val raw = key.toRaw()
        return if (raw.size % 2 == 1 && raw[0] == 4.toByte()) (raw.size - 1) / 2 else null
    }

    fun toRaw(signature: ByteArray, key: PublicKey): ByteArray {
        val half = half(key) ?: return signature
        val reader = Der(signature)
        reader.enter()
        return fixed(reader.number(), half) + fixed(reader.number(), half)
    }

    fun fromRaw(raw: ByteArray, key: PublicKey): ByteArray {
        val half = half(key) ?: return raw
        // A signature of the wrong length cannot be converted, and is not valid DER either.
        if (raw.size != 2 * half) return raw
        val numbers = number(raw.copyOfRange(0, half)) + number(raw.copyOfRange(half, raw.size))
        return byteArrayOf(0x30) + length(numbers.size) + numbers
    }

    private fun number(bytes: ByteArray): ByteArray {
        val value = BigInteger(1, bytes).toByteArray()
        return byteArrayOf(2) + length(value.size) + value
    }

    private fun length(size: Int): ByteArray =
        if (size < 0x80) byteArrayOf(size.toByte()) else byteArrayOf(0x81.toByte(), size.toByte())

    private fun fixed(number: BigInteger, size: Int): ByteArray {
        val bytes = number.toByteArray().dropWhile { it == 0.toByte() }.toByteArray()
        return ByteArray(size - bytes.size) + bytes
    }

    private class Der(private val bytes: ByteArray) {
        private var at = 0

        fun enter() {
            at += 1
            length()
        }

        fun number(): BigInteger {
            at += 1
            val size = length()
            return BigInteger(bytes.copyOfRange(at, at + size)).also { at += size }
        }

        private fun length(): Int {
            val first = bytes[at++].toInt() and 0xff
            return if (first < 0x80) first else bytes[at++].toInt() and 0xff
        }
    }
}
