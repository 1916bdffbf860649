//! Names of algorithms and types of keys for people, in their usual spelling.

use std::fmt;

use crate::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher,
    DhFamily, EccFamily, FullLengthMac, Hash, KeyAgreement, KeyDerivation, KeyType, KeyWrap, Mac,
    RawKeyAgreement, SignHash,
};

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no algorithm"),
            Self::Hash(alg) => f.write_str(alg.name()),
            Self::Mac(alg) => alg.fmt(f),
            Self::Cipher(alg) => alg.fmt(f),
            Self::Aead(alg) => alg.fmt(f),
            Self::AsymmetricSignature(alg) => alg.fmt(f),
            Self::AsymmetricEncryption(alg) => alg.fmt(f),
            Self::KeyAgreement(alg) => alg.fmt(f),
            Self::KeyDerivation(alg) => alg.fmt(f),
            Self::KeyWrap(alg) => alg.fmt(f),
        }
    }
}

impl fmt::Display for AsymmetricSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, hash) = match self {
            Self::RsaPkcs1v15Sign { hash_alg } => ("RSA PKCS #1 v1.5", hash_alg),
            Self::RsaPss { hash_alg } => ("RSA-PSS", hash_alg),
            Self::Ecdsa { hash_alg } => ("ECDSA", hash_alg),
            Self::DeterministicEcdsa { hash_alg } => ("deterministic ECDSA", hash_alg),
            Self::RsaPkcs1v15SignRaw => return f.write_str("RSA PKCS #1 v1.5 without a hash"),
            Self::EcdsaAny => return f.write_str("ECDSA without a hash"),
            Self::PureEddsa => return f.write_str("EdDSA"),
        };
        write!(f, "{name} {hash}")
    }
}

impl fmt::Display for SignHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any hash"),
            Self::Specific(hash) => hash.fmt(f),
        }
    }
}

impl fmt::Display for AsymmetricEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPkcs1v15Crypt => f.write_str("RSA PKCS #1 v1.5 encryption"),
            Self::RsaOaep { hash_alg } => write!(f, "RSA-OAEP {}", hash_alg.name()),
        }
    }
}

impl fmt::Display for Aead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AeadWithDefaultLengthTag(alg) => alg.fmt(f),
            Self::AeadWithShortenedTag {
                aead_alg,
                tag_length,
            } => write!(f, "{aead_alg} with a tag of {tag_length} bytes"),
        }
    }
}

impl fmt::Display for AeadWithDefaultLengthTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ccm => "AES-CCM",
            Self::Gcm => "AES-GCM",
            Self::Chacha20Poly1305 => "ChaCha20-Poly1305",
        })
    }
}

impl fmt::Display for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StreamCipher => "the key type's stream cipher",
            Self::Ctr => "CTR",
            Self::Cfb => "CFB",
            Self::Ofb => "OFB",
            Self::Xts => "XTS",
            Self::EcbNoPadding => "ECB without padding",
            Self::CbcNoPadding => "CBC without padding",
            Self::CbcPkcs7 => "CBC with PKCS #7 padding",
        })
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FullLength(alg) => alg.fmt(f),
            Self::Truncated {
                mac_alg,
                mac_length,
            } => write!(f, "{mac_alg} truncated to {mac_length} bytes"),
        }
    }
}

impl fmt::Display for FullLengthMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hmac { hash_alg } => write!(f, "HMAC {}", hash_alg.name()),
            Self::CbcMac => f.write_str("CBC-MAC"),
            Self::Cmac => f.write_str("CMAC"),
        }
    }
}

impl fmt::Display for EccFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for DhFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for KeyAgreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(alg) => alg.fmt(f),
            Self::WithKeyDerivation { ka_alg, kdf_alg } => write!(f, "{ka_alg} with {kdf_alg}"),
        }
    }
}

impl fmt::Display for RawKeyAgreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ffdh => "FFDH",
            Self::Ecdh => "ECDH",
        })
    }
}

impl fmt::Display for KeyDerivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, hash) = match self {
            Self::Hkdf { hash_alg } => ("HKDF", hash_alg),
            Self::HkdfExtract { hash_alg } => ("HKDF-Extract", hash_alg),
            Self::HkdfExpand { hash_alg } => ("HKDF-Expand", hash_alg),
            Self::Tls12Prf { hash_alg } => ("the PRF of TLS 1.2", hash_alg),
            Self::Tls12PskToMs { hash_alg } => ("the PSK to master secret of TLS 1.2", hash_alg),
            Self::Pbkdf2Hmac { hash_alg } => ("PBKDF2-HMAC", hash_alg),
            Self::Pbkdf2AesCmacPrf128 => return f.write_str("PBKDF2-AES-CMAC-PRF-128"),
        };
        write!(f, "{name} {}", hash.name())
    }
}

impl fmt::Display for KeyWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AesKw => "AES-KW",
            Self::AesKwp => "AES-KWP",
        })
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RawData => "raw data",
            Self::Hmac => "HMAC",
            Self::Derive => "derivation",
            Self::Aes => "AES",
            Self::Des => "DES",
            Self::Camellia => "Camellia",
            Self::Arc4 => "ARC4",
            Self::Chacha20 => "ChaCha20",
            Self::RsaPublicKey => "RSA public",
            Self::RsaKeyPair => "RSA",
            Self::EccKeyPair { curve_family } => return f.write_str(curve_family.name()),
            Self::EccPublicKey { curve_family } => {
                return write!(f, "{} public", curve_family.name());
            }
            Self::DhKeyPair { .. } => "Diffie-Hellman",
            Self::DhPublicKey { .. } => "Diffie-Hellman public",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_have_their_usual_names() {
        let hash_alg = SignHash::Specific(Hash::Sha256);
        for (algorithm, name) in [
            (
                Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa { hash_alg }),
                "ECDSA sha-256",
            ),
            (
                Algorithm::Aead(Aead::AeadWithShortenedTag {
                    aead_alg: AeadWithDefaultLengthTag::Gcm,
                    tag_length: 12,
                }),
                "AES-GCM with a tag of 12 bytes",
            ),
            (
                Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation {
                    ka_alg: RawKeyAgreement::Ecdh,
                    kdf_alg: KeyDerivation::Hkdf {
                        hash_alg: Hash::Sha384,
                    },
                }),
                "ECDH with HKDF sha-384",
            ),
            (Algorithm::Cipher(Cipher::Ctr), "CTR"),
        ] {
            assert_eq!(algorithm.to_string(), name);
        }
    }
}
