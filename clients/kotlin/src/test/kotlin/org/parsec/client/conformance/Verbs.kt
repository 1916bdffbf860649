package org.parsec.client.conformance

import com.google.gson.JsonObject
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.fold
import org.junit.jupiter.api.Assertions.assertEquals
import org.parsec.client.AgreementKey
import org.parsec.client.AnySpec
import org.parsec.client.DecryptionKey
import org.parsec.client.DerivationKey
import org.parsec.client.Hash
import org.parsec.client.MacKey
import org.parsec.client.OtherKey
import org.parsec.client.Padding
import org.parsec.client.Parsec
import org.parsec.client.ParsecException
import org.parsec.client.PublicKey
import org.parsec.client.SigningKey
import org.parsec.client.SymmetricKey
import org.parsec.client.VerifyingKey
import org.parsec.client.WrappingKey
import org.parsec.client.copy
import org.parsec.client.importBytes
import org.parsec.client.importKey
import org.parsec.client.importPublic
import org.parsec.client.openAs
import org.parsec.client.rename

typealias Verb = suspend (Parsec, Step) -> ByteArray?

/** A wrong signature or authentication code, for which the Kotlin client returns `false`. */
class NoMatch : IllegalStateException("it does not match")

private val ROLES = mapOf(
    "signing" to SigningKey::class,
    "verifying" to VerifyingKey::class,
    "symmetric" to SymmetricKey::class,
    "mac" to MacKey::class,
    "decryption" to DecryptionKey::class,
    "derivation" to DerivationKey::class,
    "agreement" to AgreementKey::class,
    "wrapping" to WrappingKey::class,
    "other" to OtherKey::class,
)

private fun hash(name: String): Hash = Contracts.enumeration(name, Hash::class.java) as Hash

private fun spec(step: Step): AnySpec {
    val given = step.json["spec"]
    if (given.isJsonPrimitive) return AnySpec(given.asString)
    val members: JsonObject = given.asJsonObject
    fun flag(member: String) = members[member]?.asBoolean ?: false
    return AnySpec(members["name"].asString).with(
        hash = members.text("hash")?.let(::hash),
        padding = if (flag("pkcs1")) Padding.PKCS1 else null,
        exportable = flag("exportable"),
        copyable = flag("copyable"),
    )
}

private fun Step.flow(member: String): Flow<ByteArray>? {
    val size = pieces ?: return null
    return bytes(member).toList().chunked(size) { it.toByteArray() }.asFlow()
}

private suspend fun Flow<ByteArray>.whole(): ByteArray = fold(ByteArray(0)) { all, piece -> all + piece }

private fun must(matches: Boolean): ByteArray? = if (matches) null else throw NoMatch()

/** Length of nonce and tag. */
private const val OVERHEAD = 28

private fun isCcm(key: SymmetricKey) = "CCM" in key.attributes.toString()

private suspend fun publicKey(parsec: Parsec, step: Step): ByteArray {
    val publicKey: PublicKey? = when (val key = parsec.open(step.key)) {
        is SigningKey -> key.publicKey
        is VerifyingKey -> key.publicKey
        is OtherKey -> key.publicKey
        is AgreementKey -> return key.exportPublic()
        else -> null
    }
    publicKey ?: throw IllegalArgumentException("the key has no public key")
    return when (step.text("form")) {
        "der" -> publicKey.toDer()
        "pem" -> publicKey.toPem().encodeToByteArray()
        else -> publicKey.toRaw()
    }
}

private suspend fun verify(parsec: Parsec, step: Step, hashed: Boolean): ByteArray? {
    val key = parsec.open(step.key)
    val what = step.bytes(if (hashed) "hash" else "message")
    val signature = { publicKey: PublicKey -> Signatures.fromRaw(step.bytes("signature"), publicKey) }
    return must(
        when (key) {
            is SigningKey -> signature(key.publicKey).let {
                if (hashed) key.verifyHash(it, what) else key.verify(it, what)
            }

            is VerifyingKey -> signature(key.publicKey).let {
                if (hashed) key.verifyHash(it, what) else key.verify(it, what)
            }

            else -> throw IllegalArgumentException("the key does not verify")
        },
    )
}

private suspend fun encrypt(parsec: Parsec, step: Step): ByteArray {
    val key = parsec.openAs<SymmetricKey>(step.key)
    val plaintext = step.flow("plaintext") ?: return key.encrypt(step.bytes("plaintext"), step.some("context"))
    val length = if (isCcm(key)) step.bytes("plaintext").size.toLong() else null
    return key.encrypt(plaintext, step.some("context"), length).whole()
}

private suspend fun decrypt(parsec: Parsec, step: Step): ByteArray {
    val key = parsec.openAs<SymmetricKey>(step.key)
    val ciphertext = step.flow("ciphertext") ?: return key.decrypt(step.bytes("ciphertext"), step.some("context"))
    val length = if (isCcm(key)) step.bytes("ciphertext").size.toLong() - OVERHEAD else null
    return key.decrypt(ciphertext, step.some("context"), length).whole()
}

private suspend inline fun nothing(work: () -> Any?): ByteArray? {
    work()
    return null
}

/** The public API calls of each kind of step. Each step opens its key by its name. */
val VERBS: Map<String, Verb> = mapOf(
    "generate" to { parsec, step -> nothing { parsec.generate(step.key, spec(step)) } },
    "get-or-generate" to { parsec, step -> nothing { parsec.getOrGenerate(step.key, spec(step)) } },
    "import" to { parsec, step -> nothing { parsec.importKey(step.key, step.pem(), spec(step)) } },
    "import-public" to { parsec, step ->
        nothing { parsec.importPublic(step.key, PublicKey.ofPem(step.pem()), spec(step)) }
    },
    "import-bytes" to { parsec, step -> nothing { parsec.importBytes(step.key, step.bytes("material"), spec(step)) } },
    "open" to { parsec, step -> nothing { assertEquals(ROLES[step.need("role")], parsec.open(step.key)::class) } },
    "list" to { parsec, step ->
        nothing {
            assertEquals(step.json["names"].asJsonArray.map { it.asString }, parsec.keys().map { it.name }.sorted())
        }
    },
    "attributes" to { parsec, step ->
        nothing {
            Contracts.contains(Contracts.write(parsec.open(step.key).attributes), step.json["match"], "attributes")
        }
    },
    "public" to ::publicKey,
    "sign" to { parsec, step ->
        val key = parsec.openAs<SigningKey>(step.key)
        Signatures.toRaw(key.sign(step.bytes("message")), key.publicKey)
    },
    "sign-hash" to { parsec, step ->
        val key = parsec.openAs<SigningKey>(step.key)
        Signatures.toRaw(key.signHash(step.bytes("hash")), key.publicKey)
    },
    "verify" to { parsec, step -> verify(parsec, step, hashed = false) },
    "verify-hash" to { parsec, step -> verify(parsec, step, hashed = true) },
    "encrypt" to ::encrypt,
    "decrypt" to ::decrypt,
    "encrypt-to" to { parsec, step ->
        parsec.openAs<DecryptionKey>(step.key).encrypt(step.bytes("plaintext"), step.some("label"))
    },
    "decrypt-from" to { parsec, step ->
        parsec.openAs<DecryptionKey>(step.key).decrypt(step.bytes("ciphertext"), step.some("label"))
    },
    "mac" to { parsec, step ->
        val key = parsec.openAs<MacKey>(step.key)
        step.flow("message")?.let { key.compute(it) } ?: key.compute(step.bytes("message"))
    },
    "verify-mac" to { parsec, step ->
        val key = parsec.openAs<MacKey>(step.key)
        val code = step.bytes("code")
        must(step.flow("message")?.let { key.verify(code, it) } ?: key.verify(code, step.bytes("message")))
    },
    "derive-bytes" to { parsec, step ->
        parsec.openAs<DerivationKey>(step.key).deriveBytes(step.bytes("info"), step.number("length"))
    },
    "derive-key" to { parsec, step ->
        nothing { parsec.openAs<DerivationKey>(step.key).deriveKey(step.bytes("info"), step.need("new"), spec(step)) }
    },
    "agree" to { parsec, step ->
        nothing {
            val key = parsec.openAs<AgreementKey>(step.key)
            key.agreeKey(step.bytes("peer"), step.bytes("info"), step.need("new"), spec(step))
        }
    },
    "export" to { parsec, step -> parsec.open(step.key).exportPrivate() },
    "copy" to { parsec, step -> nothing { parsec.open(step.key).copy(step.need("new")) } },
    "rename" to { parsec, step -> nothing { parsec.open(step.key).rename(step.need("new")) } },
    "delete" to { parsec, step -> nothing { parsec.open(step.key).delete() } },
    "wrap" to { parsec, step -> parsec.openAs<WrappingKey>(step.key).wrap(step.need("target")) },
    "unwrap" to { parsec, step ->
        nothing { parsec.openAs<WrappingKey>(step.key).unwrap(step.bytes("wrapped"), step.need("new"), spec(step)) }
    },
    "random" to { parsec, step ->
        parsec.random(step.number("count")).also { assertEquals(step.number("count"), it.size) }
    },
    "hash" to { parsec, step ->
        val algorithm = hash(step.need("algorithm"))
        step.flow("message")?.let { parsec.hash(algorithm, it) } ?: parsec.hash(algorithm, step.bytes("message"))
    },
    "raw" to ::raw,
)
