package org.parsec.client

import org.parsec.client.raw.NativeSpec

/** ECDSA signatures (FIPS 186-5). The default hash function has the strength of the curve. */
public object Ecdsa {
    /** P-256 with SHA-256: the default, which TPMs, tokens and software all support. */
    @JvmField public val P256: SigningSpec = SigningSpec("ecdsa-p256")

    /** P-384 with SHA-384. */
    @JvmField public val P384: SigningSpec = SigningSpec("ecdsa-p384")

    /** P-521 with SHA-512. */
    @JvmField public val P521: SigningSpec = SigningSpec("ecdsa-p521")

    /** secp256k1 with SHA-256. */
    @JvmField public val SECP256K1: SigningSpec = SigningSpec("ecdsa-secp256k1")

    /** brainpoolP256r1 (RFC 5639) with SHA-256. */
    @JvmField public val BRAINPOOL_P256: SigningSpec = SigningSpec("ecdsa-brainpool-p256")
}

/** EdDSA (RFC 8032). */
public object EdDsa {
    /** Ed25519. */
    @JvmField public val ED25519: SigningSpec = SigningSpec("ed25519")
}

/** RSA (RFC 8017). */
public object Rsa {
    /** PSS signatures with SHA-256; 3072 bits if the provider supports it, otherwise 2048. */
    @JvmField public val PSS: SigningSpec = SigningSpec("rsa")

    /** PKCS #1 v1.5 signatures with SHA-256, for compatibility with programs that do not support PSS. */
    @JvmField public val PKCS1: SigningSpec = SigningSpec(NativeSpec(name = "rsa", pkcs1 = true))

    /** OAEP encryption with SHA-256; 3072 bits if the provider supports it, otherwise 2048. */
    @JvmField public val OAEP: DecryptionSpec = DecryptionSpec("rsa-oaep")

    /** PSS signatures with a key of 2048, 3072 or 4096 bits. */
    @JvmStatic
    public fun pss(bits: Int): SigningSpec = SigningSpec("rsa-$bits")

    /** PKCS #1 v1.5 signatures with a key of 2048, 3072 or 4096 bits. */
    @JvmStatic
    public fun pkcs1(bits: Int): SigningSpec = SigningSpec(NativeSpec(name = "rsa-$bits", pkcs1 = true))

    /** OAEP encryption with a key of 2048 or 3072 bits. */
    @JvmStatic
    public fun oaep(bits: Int): DecryptionSpec = DecryptionSpec("rsa-oaep-$bits")
}

/** AES (FIPS 197). */
public object Aes {
    /** AES-128 in GCM (NIST SP 800-38D). */
    @JvmField public val GCM_128: SymmetricSpec = SymmetricSpec("aes-128-gcm")

    /** AES-256 in GCM: the recommended choice. */
    @JvmField public val GCM_256: SymmetricSpec = SymmetricSpec("aes-256-gcm")

    /** AES-256 in CCM (NIST SP 800-38C). */
    @JvmField public val CCM_256: SymmetricSpec = SymmetricSpec("aes-256-ccm")

    /** CMAC with AES-256 (NIST SP 800-38B). */
    @JvmField public val CMAC: MacSpec = MacSpec("aes-cmac")

    /** Key wrap with padding, with AES-256 (RFC 5649). */
    @JvmField public val KEY_WRAP: WrappingSpec = WrappingSpec("aes-key-wrap")
}

/** ChaCha20 (RFC 8439). */
public object ChaCha20 {
    /** ChaCha20-Poly1305. */
    @JvmField public val POLY1305: SymmetricSpec = SymmetricSpec("chacha20-poly1305")
}

/** HMAC (RFC 2104), keys as long as the hash. */
public object Hmac {
    /** HMAC with SHA-256. */
    @JvmField public val SHA_256: MacSpec = MacSpec("hmac")

    /** HMAC with SHA-384. */
    @JvmField public val SHA_384: MacSpec = MacSpec("hmac", Hash.SHA384)

    /** HMAC with SHA-512. */
    @JvmField public val SHA_512: MacSpec = MacSpec("hmac", Hash.SHA512)
}

/** HKDF (RFC 5869). */
public object Hkdf {
    /** HKDF with SHA-256. */
    @JvmField public val SHA_256: DerivationSpec = DerivationSpec("hkdf")

    /** HKDF with SHA-512. */
    @JvmField public val SHA_512: DerivationSpec = DerivationSpec("hkdf", Hash.SHA512)
}

/** Elliptic-curve key agreement. */
public object Ecdh {
    /** ECDH on P-256 (NIST SP 800-56A). */
    @JvmField public val P256: AgreementSpec = AgreementSpec("ecdh-p256")

    /** X25519 (RFC 7748). */
    @JvmField public val X25519: AgreementSpec = AgreementSpec("x25519")
}
