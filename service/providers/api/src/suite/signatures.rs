//! Signatures verify, and invalid signatures do not.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use parsec_contracts::operations::{PsaSignMessage, PsaVerifyMessage};
use parsec_contracts::types::{
    AsymmetricSignature, CheckType, Hash, KeyAttributes, KeyType, SignHash,
};
use parsec_contracts::{Opcode, Status};
use rsa::pkcs1::DecodeRsaPublicKey as _;

use super::rig::{TestKey, ensure, refused};
use super::specs::{DETERMINISTIC, ECDSA, PKCS1V15, PSS, SECP_R1, SECP_R1_PUBLIC, signing};
use super::vectors::{self, Rfc6979};
use super::{Case, Rig, Stop};

const SIGNS: &[Opcode] = &[
    Opcode::PsaGenerateKey,
    Opcode::PsaSignHash,
    Opcode::PsaVerifyHash,
];
const SIGNS_IMPORTED: &[Opcode] = &[
    Opcode::PsaImportKey,
    Opcode::PsaSignHash,
    Opcode::PsaVerifyHash,
];
const SIGNS_MESSAGES: &[Opcode] = &[
    Opcode::PsaGenerateKey,
    Opcode::PsaVerifyHash,
    Opcode::PsaSignMessage,
    Opcode::PsaVerifyMessage,
];

pub(super) const CASES: &[Case] = &[
    Case::new("ecdsa_p256_signature_verifies", SIGNS, |rig| {
        verifies_itself(rig, SECP_R1, 256, ECDSA)
    }),
    Case::new("ecdsa_p384_signature_verifies", SIGNS, |rig| {
        verifies_itself(rig, SECP_R1, 384, ECDSA)
    }),
    Case::new("ecdsa_p521_signature_verifies", SIGNS, |rig| {
        verifies_itself(rig, SECP_R1, 521, ECDSA)
    }),
    Case::new("ecdsa_any_signature_verifies", SIGNS, |rig| {
        verifies_itself(rig, SECP_R1, 256, AsymmetricSignature::EcdsaAny)
    }),
    Case::new("deterministic_ecdsa_signature_verifies", SIGNS, |rig| {
        verifies_itself(rig, SECP_R1, 256, DETERMINISTIC)
    }),
    Case::new("rsa_pkcs1v15_signature_verifies", SIGNS, |rig| {
        verifies_itself(rig, KeyType::RsaKeyPair, 2048, PKCS1V15)
    }),
    Case::new("rsa_pkcs1v15_raw_signature_verifies", SIGNS, |rig| {
        verifies_itself(
            rig,
            KeyType::RsaKeyPair,
            2048,
            AsymmetricSignature::RsaPkcs1v15SignRaw,
        )
    }),
    Case::new("rsa_pss_signature_verifies", SIGNS, |rig| {
        verifies_itself(rig, KeyType::RsaKeyPair, 2048, PSS)
    }),
    Case::new("every_hash_that_can_be_signed_verifies", SIGNS, every_hash),
    Case::new("open_policy_permits_every_hash", SIGNS, open_policy),
    Case::new("ecdsa_nonces_do_not_repeat", SIGNS, nonces_do_not_repeat),
    Case::new(
        "ecdsa_p256_signature_satisfies_another_implementation",
        &[
            Opcode::PsaGenerateKey,
            Opcode::PsaSignHash,
            Opcode::PsaExportPublicKey,
        ],
        another_implementation,
    ),
    Case::new(
        "deterministic_ecdsa_p256_known_answer",
        SIGNS_IMPORTED,
        |rig| deterministic_known(rig, &vectors::P256),
    ),
    Case::new(
        "deterministic_ecdsa_p384_known_answer",
        SIGNS_IMPORTED,
        |rig| deterministic_known(rig, &vectors::P384),
    ),
    Case::new("rsa_pkcs1v15_known_answer", SIGNS_IMPORTED, rsa_known),
    Case::new(
        "public_keys_verify_known_signatures",
        &[Opcode::PsaImportKey, Opcode::PsaVerifyHash],
        public_keys_verify,
    ),
    Case::new(
        "pss_signatures_with_another_salt_length_are_rejected",
        &[Opcode::PsaImportKey, Opcode::PsaVerifyHash],
        other_salts,
    ),
    Case::new(
        "rsa_signatures_satisfy_another_implementation",
        &[
            Opcode::PsaGenerateKey,
            Opcode::PsaSignHash,
            Opcode::PsaExportPublicKey,
        ],
        rsa_elsewhere,
    ),
    Case::new(
        "ecdsa_signs_hashes_of_any_length",
        SIGNS,
        ecdsa_hash_lengths,
    ),
    Case::new("signed_messages_verify_as_hashes", SIGNS_MESSAGES, |rig| {
        messages(rig, signing(SECP_R1, 256, ECDSA), ECDSA)
    }),
    Case::new(
        "messages_need_an_algorithm_with_a_hash",
        SIGNS_MESSAGES,
        no_hash_no_message,
    ),
];

fn sample() -> Vec<u8> {
    vectors::bytes(vectors::SAMPLE_SHA_256)
}

/// A signature verifies, and no longer once any input is changed.
fn verifies_itself(
    rig: &Rig,
    key_type: KeyType,
    bits: u32,
    alg: AsymmetricSignature,
) -> Result<(), Stop> {
    let attributes = signing(key_type, bits, alg);
    let key = rig.generate(&attributes)?;
    let signature = key.sign_hash(alg, &sample())?;
    let expected = match key_type {
        KeyType::RsaKeyPair => bits as usize / 8,
        _ => 2 * bits.div_ceil(8) as usize,
    };
    ensure(
        signature.len() == expected,
        format!("the signature has {} bytes", signature.len()),
    )?;
    key.verify_hash(alg, &sample(), &signature)?;
    only_the_right_one(&key, alg, &signature)?;
    refused(
        rig.generate(&attributes)?
            .verify_hash(alg, &sample(), &signature),
        Status::PsaErrorInvalidSignature,
        "another key's signature",
    )
}

fn only_the_right_one(
    key: &TestKey<'_>,
    alg: AsymmetricSignature,
    signature: &[u8],
) -> Result<(), Stop> {
    let mut hash = sample();
    hash[0] ^= 1;
    refused(
        key.verify_hash(alg, &hash, signature),
        Status::PsaErrorInvalidSignature,
        "another hash",
    )?;
    for at in [0, signature.len() / 2, signature.len() - 1] {
        let mut tampered = signature.to_vec();
        tampered[at] ^= 1;
        refused(
            key.verify_hash(alg, &sample(), &tampered),
            Status::PsaErrorInvalidSignature,
            format!("a signature with a bit of byte {at} flipped"),
        )?;
    }
    let longer = [signature, &[0]].concat();
    let zeros = vec![0; signature.len()];
    let ones = vec![0xff; signature.len()];
    for wrong in [&signature[..signature.len() - 1], &longer, &zeros, &ones] {
        refused(
            key.verify_hash(alg, &sample(), wrong),
            Status::PsaErrorInvalidSignature,
            format!("{} bytes that are not a signature", wrong.len()),
        )?;
    }
    Ok(())
}

fn every_hash(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for (key_type, bits, open) in [
        (SECP_R1, 256, ECDSA),
        (SECP_R1, 256, DETERMINISTIC),
        (KeyType::RsaKeyPair, 2048, PKCS1V15),
        (KeyType::RsaKeyPair, 2048, PSS),
    ] {
        for hash in Hash::ALL {
            let alg = open.with_hash(*hash);
            let attributes = signing(key_type, bits, alg);
            if !rig.can(CheckType::Generate, &attributes)? {
                continue;
            }
            let key = match key_type {
                // Generating an RSA key for each hash would take long.
                KeyType::RsaKeyPair if rig.can(CheckType::Import, &attributes)? => {
                    rig.import(&attributes, vectors::RSA_PAIR)?
                }
                _ => rig.generate(&attributes)?,
            };
            let digest = vec![0x5a; hash.length()];
            key.sign_and_verify(alg, &digest)?;
            covered += 1;
        }
    }
    ensure(covered > 0, "the provider can sign with no hash at all")
}

fn open_policy(rig: &Rig) -> Result<(), Stop> {
    let attributes = signing(
        SECP_R1,
        256,
        AsymmetricSignature::Ecdsa {
            hash_alg: SignHash::Any,
        },
    );
    let key = rig.generate(&attributes)?;
    for hash in [Hash::Sha256, Hash::Sha384] {
        let alg = ECDSA.with_hash(hash);
        if !rig.can(CheckType::Use, &signing(SECP_R1, 256, alg))? {
            continue;
        }
        let digest = vec![0x5a; hash.length()];
        key.sign_and_verify(alg, &digest)?;
    }
    Ok(())
}

/// Two signatures with the same r would reveal the key.
fn nonces_do_not_repeat(rig: &Rig) -> Result<(), Stop> {
    let key = rig.generate(&signing(SECP_R1, 256, ECDSA))?;
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let signature = key.sign_hash(ECDSA, &sample())?;
        ensure(
            seen.insert(signature[..32].to_vec()),
            "two signatures have the same nonce",
        )?;
    }
    Ok(())
}

fn another_implementation(rig: &Rig) -> Result<(), Stop> {
    let key = rig.generate(&signing(SECP_R1, 256, ECDSA))?;
    let public = p256::ecdsa::VerifyingKey::from_sec1_bytes(&key.public_key()?)
        .map_err(|_| Stop::Fail("the public key is not a point of the curve".into()))?;
    let signature = p256::ecdsa::Signature::from_slice(&key.sign_hash(ECDSA, &sample())?)
        .map_err(|_| Stop::Fail("the signature is not r, then s".into()))?;
    public
        .verify_prehash(&sample(), &signature)
        .map_err(|_| Stop::Fail("the signature does not verify elsewhere".into()))
}

fn deterministic_known(rig: &Rig, vector: &Rfc6979) -> Result<(), Stop> {
    let alg = DETERMINISTIC.with_hash(vector.hash_alg);
    let attributes = signing(SECP_R1, vector.bits, alg);
    let key = rig.import(&attributes, &vectors::bytes(vector.private))?;
    let signature = key.sign_hash(alg, &vectors::bytes(vector.hash))?;
    ensure(
        signature == vectors::bytes(vector.signature),
        "the signature is another",
    )
}

fn rsa_known(rig: &Rig) -> Result<(), Stop> {
    let key = rig.import(
        &signing(KeyType::RsaKeyPair, 2048, PKCS1V15),
        vectors::RSA_PAIR,
    )?;
    ensure(
        key.sign_hash(PKCS1V15, &sample())? == vectors::RSA_SIGNATURE,
        "the signature is another",
    )
}

fn public_keys_verify(rig: &Rig) -> Result<(), Stop> {
    let point = [vec![4], vectors::bytes(vectors::P256.public)].concat();
    let ecdsa = vectors::bytes(vectors::P256.signature);
    for (key_type, alg, data, signature) in [
        (SECP_R1_PUBLIC, ECDSA, point.as_slice(), ecdsa.as_slice()),
        (
            KeyType::RsaPublicKey,
            PKCS1V15,
            vectors::RSA_PUBLIC,
            vectors::RSA_SIGNATURE,
        ),
    ] {
        let key = rig.import(&signing(key_type, 0, alg), data)?;
        key.verify_hash(alg, &sample(), signature)?;
        only_the_right_one(&key, alg, signature)?;
    }
    Ok(())
}

fn other_salts(rig: &Rig) -> Result<(), Stop> {
    let key = rig.import(&signing(KeyType::RsaPublicKey, 0, PSS), vectors::RSA_PUBLIC)?;
    for (length, signature) in vectors::RSA_PSS_SIGNATURES {
        let answer = key.verify_hash(PSS, &sample(), signature);
        match length {
            32 => answer?,
            _ => refused(
                answer,
                Status::PsaErrorInvalidSignature,
                format!("a signature with a salt of {length} bytes"),
            )?,
        }
    }
    Ok(())
}

fn with_any_hash(alg: AsymmetricSignature) -> AsymmetricSignature {
    let hash_alg = SignHash::Any;
    match alg {
        AsymmetricSignature::RsaPkcs1v15Sign { .. } => {
            AsymmetricSignature::RsaPkcs1v15Sign { hash_alg }
        }
        AsymmetricSignature::RsaPss { .. } => AsymmetricSignature::RsaPss { hash_alg },
        _ => AsymmetricSignature::Ecdsa { hash_alg },
    }
}

/// Signatures with each hash, verified by an implementation that no provider uses to sign.
fn rsa_elsewhere(rig: &Rig) -> Result<(), Stop> {
    for (open, is_pss) in [(PKCS1V15, false), (PSS, true)] {
        let any = with_any_hash(open);
        let key = rig.generate(&signing(KeyType::RsaKeyPair, 2048, any))?;
        let public = rsa::PublicKey::from_pkcs1_der(&key.public_key()?)
            .map_err(|_| Stop::Fail("the public key is not PKCS #1".into()))?;
        let mut covered = 0;
        macro_rules! check {
            ($hash:ident, $function:ty) => {
                let alg = open.with_hash(Hash::$hash);
                let attributes = signing(KeyType::RsaKeyPair, 2048, alg);
                if rig.can(CheckType::Use, &attributes)? {
                    let digest = vec![0x5a; Hash::$hash.length()];
                    let signature = key.sign_hash(alg, &digest)?;
                    let verified = if is_pss {
                        let scheme = rsa::Pss::<$function>::new_with_salt(digest.len());
                        public.verify(scheme, &digest, &signature)
                    } else {
                        let scheme = rsa::Pkcs1v15Sign::new::<$function>();
                        public.verify(scheme, &digest, &signature)
                    };
                    verified.map_err(|_| {
                        Stop::Fail(format!("{alg:?}: the signature does not verify elsewhere"))
                    })?;
                    covered += 1;
                }
            };
        }
        check!(Sha1, sha1::Sha1);
        check!(Sha224, sha2::Sha224);
        check!(Sha256, sha2::Sha256);
        check!(Sha384, sha2::Sha384);
        check!(Sha512, sha2::Sha512);
        ensure(covered > 0, format!("{open:?} signs no hash"))?;
    }
    Ok(())
}

/// A hash that is longer than the curve's order is truncated; a shorter one is used as a number.
fn ecdsa_hash_lengths(rig: &Rig) -> Result<(), Stop> {
    let attributes = signing(SECP_R1, 256, with_any_hash(ECDSA));
    let key = rig.generate(&attributes)?;
    let public = p256::ecdsa::VerifyingKey::from_sec1_bytes(&key.public_key()?)
        .map_err(|_| Stop::Fail("the public key is not a point of the curve".into()))?;
    for hash in [Hash::Sha1, Hash::Sha224, Hash::Sha384, Hash::Sha512] {
        let alg = ECDSA.with_hash(hash);
        if !rig.can(CheckType::Use, &signing(SECP_R1, 256, alg))? {
            continue;
        }
        let digest: Vec<u8> = (1..=hash.length() as u8).collect();
        key.sign_and_verify(alg, &digest)?;
        let signature = p256::ecdsa::Signature::from_slice(&key.sign_hash(alg, &digest)?)
            .map_err(|_| Stop::Fail("the signature is not r, then s".into()))?;
        let mut number = [0; 32];
        let used = digest.len().min(32);
        number[32 - used..].copy_from_slice(&digest[..used]);
        public
            .verify_prehash(&number, &signature)
            .map_err(|_| Stop::Fail(format!("{alg:?}: the signature does not verify elsewhere")))?;
    }
    Ok(())
}

fn sign_message(
    rig: &Rig,
    key: &TestKey<'_>,
    alg: AsymmetricSignature,
    message: &[u8],
) -> Result<Vec<u8>, crate::ProviderError> {
    let input = PsaSignMessage {
        key_name: "key".into(),
        alg,
        message: message.to_vec(),
    };
    Ok(rig
        .provider()
        .psa_sign_message(&key.context, &input)?
        .signature)
}

fn verify_message(
    rig: &Rig,
    key: &TestKey<'_>,
    alg: AsymmetricSignature,
    message: &[u8],
    signature: &[u8],
) -> Result<(), crate::ProviderError> {
    let input = PsaVerifyMessage {
        key_name: "key".into(),
        alg,
        message: message.to_vec(),
        signature: signature.to_vec(),
    };
    rig.provider()
        .psa_verify_message(&key.context, &input)
        .map(|_| ())
}

fn messages(rig: &Rig, attributes: KeyAttributes, alg: AsymmetricSignature) -> Result<(), Stop> {
    let key = rig.generate(&attributes)?;
    let signature = sign_message(rig, &key, alg, b"sample")?;
    key.verify_hash(alg, &sample(), &signature)?;
    verify_message(rig, &key, alg, b"sample", &signature)?;
    let hashed = key.sign_hash(alg, &sample())?;
    verify_message(rig, &key, alg, b"sample", &hashed)?;
    refused(
        verify_message(rig, &key, alg, b"Sample", &signature),
        Status::PsaErrorInvalidSignature,
        "another message",
    )?;
    let empty = sign_message(rig, &key, alg, b"")?;
    verify_message(rig, &key, alg, b"", &empty)?;
    refused(
        verify_message(rig, &key, alg, b"sample", &empty),
        Status::PsaErrorInvalidSignature,
        "the empty message's signature",
    )?;

    // The usage flags for messages are sufficient to sign messages.
    let mut message_only = attributes;
    let flags = &mut message_only.key_policy.key_usage_flags;
    flags.sign_hash = false;
    flags.verify_hash = false;
    let key = rig.generate(&message_only)?;
    let signature = sign_message(rig, &key, alg, b"sample")?;
    Ok(verify_message(rig, &key, alg, b"sample", &signature)?)
}

fn no_hash_no_message(rig: &Rig) -> Result<(), Stop> {
    let alg = AsymmetricSignature::EcdsaAny;
    let key = rig.generate(&signing(SECP_R1, 256, alg))?;
    refused(
        sign_message(rig, &key, alg, b"sample"),
        Status::PsaErrorInvalidArgument,
        "signing a message without a hash function",
    )?;
    refused(
        verify_message(rig, &key, alg, b"sample", &[1; 64]),
        Status::PsaErrorInvalidArgument,
        "verifying a message without a hash function",
    )
}
