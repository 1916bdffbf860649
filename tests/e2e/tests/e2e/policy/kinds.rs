//! Kinds of keys, and the operations that they permit.

use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher,
    EccFamily, FullLengthMac, Hash, KeyAgreement, KeyDerivation, KeyType, KeyWrap, Mac,
    RawKeyAgreement, SignHash,
};

use crate::policy::ask::Ask;
use crate::policy::operations::{
    agreement, authentication, ciphers, derivation, encryption, sealing, signing, wrapping,
};

const HASH: Hash = Hash::Sha256;

pub(crate) type KeyKind = (KeyType, u32, Algorithm, Vec<Ask>, Vec<Ask>);

/// Key types with an algorithm: the permitted operations, and the operations that the policy never
/// permits because they use another algorithm.
pub(crate) fn kinds() -> Vec<KeyKind> {
    let curve = KeyType::EccKeyPair {
        curve_family: EccFamily::SecpR1,
    };
    let ecdsa = |hash| AsymmetricSignature::Ecdsa {
        hash_alg: SignHash::Specific(hash),
    };
    let pss = |hash| AsymmetricSignature::RsaPss {
        hash_alg: SignHash::Specific(hash),
    };
    let hmac = |hash_alg| Mac::FullLength(FullLengthMac::Hmac { hash_alg });
    let truncated = Mac::Truncated {
        mac_alg: FullLengthMac::Hmac { hash_alg: HASH },
        mac_length: 8,
    };
    let gcm = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Gcm);
    let ccm = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Ccm);
    let oaep = AsymmetricEncryption::RsaOaep { hash_alg: HASH };
    let v15 = AsymmetricEncryption::RsaPkcs1v15Crypt;
    let hkdf = |hash_alg| KeyDerivation::Hkdf { hash_alg };
    let deterministic = AsymmetricSignature::DeterministicEcdsa {
        hash_alg: SignHash::Specific(HASH),
    };
    vec![
        (
            curve,
            256,
            Algorithm::AsymmetricSignature(ecdsa(HASH)),
            signing(ecdsa(HASH)),
            signing(deterministic),
        ),
        (
            KeyType::RsaKeyPair,
            1024,
            Algorithm::AsymmetricSignature(pss(HASH)),
            signing(pss(HASH)),
            signing(pss(Hash::Sha3_256)),
        ),
        (
            KeyType::Hmac,
            256,
            Algorithm::Mac(hmac(HASH)),
            authentication(hmac(HASH)),
            authentication(truncated),
        ),
        (
            KeyType::Aes,
            128,
            Algorithm::Cipher(Cipher::Ctr),
            ciphers(Cipher::Ctr),
            ciphers(Cipher::CbcPkcs7),
        ),
        (
            KeyType::Aes,
            256,
            Algorithm::Aead(gcm),
            sealing(gcm),
            sealing(ccm),
        ),
        (
            KeyType::RsaKeyPair,
            1024,
            Algorithm::AsymmetricEncryption(oaep),
            encryption(oaep),
            encryption(v15),
        ),
        (
            KeyType::Derive,
            256,
            Algorithm::KeyDerivation(hkdf(HASH)),
            derivation(hkdf(HASH)),
            derivation(hkdf(Hash::Sha512)),
        ),
        (
            curve,
            256,
            Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh)),
            agreement(RawKeyAgreement::Ecdh),
            agreement(RawKeyAgreement::Ffdh),
        ),
        (
            KeyType::Aes,
            128,
            Algorithm::KeyWrap(KeyWrap::AesKw),
            wrapping(KeyWrap::AesKw),
            wrapping(KeyWrap::AesKwp),
        ),
    ]
}
