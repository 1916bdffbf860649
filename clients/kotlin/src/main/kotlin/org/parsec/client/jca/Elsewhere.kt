package org.parsec.client.jca

import java.security.GeneralSecurityException
import java.security.InvalidKeyException
import java.security.NoSuchAlgorithmException
import java.security.Provider
import java.security.Security
import javax.crypto.NoSuchPaddingException

/**
 * Starts an operation in the first of the JVM's other providers that supports it: public keys, and keys that are not
 * of the service, are theirs.
 *
 * @param what the algorithm, for the error
 * @param start gets the instance from the provider and initialises it
 */
internal inline fun <T : Any> elsewhere(what: String, start: (Provider) -> T): T {
    var refusal: GeneralSecurityException? = null
    for (provider in Security.getProviders()) {
        if (provider is ParsecProvider) continue
        try {
            return start(provider)
        } catch (_: NoSuchAlgorithmException) {
            continue
        } catch (_: NoSuchPaddingException) {
            continue
        } catch (failure: GeneralSecurityException) {
            if (refusal == null) refusal = failure
        }
    }
    throw refusal ?: InvalidKeyException(
        "the key is not a key of the Parsec service, and no other provider of this JVM has $what",
    )
}
