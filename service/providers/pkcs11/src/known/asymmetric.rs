//! Known-answer tests of RSA and P-256; software verifies the signatures and makes the ciphertexts.

use cryptoki::mechanism::rsa::{PkcsOaepParams, PkcsOaepSource};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, ObjectClass};
use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, Hash, KeyType, SignHash,
};
use parsec_provider::ProviderError;
use parsec_provider::known_keys::RSA_2048_PAIR;
use parsec_psa::{padded, public};

use super::test_run::{Answer, report, run_test};
use crate::abilities::Abilities;
use crate::refusals::Refusals;
use crate::token::Token;
use crate::ways::{self, SignatureInput, WAYS, Way};
use crate::{agreement, key_attributes, mechanism};

const RSA_BITS: u32 = 2048;
const RSA_LENGTH: usize = 256;
const P256_BITS: u32 = 256;
/// RFC 5903, 8.1.
const P256_KEY: [u8; 32] = [
    0xc8, 0x8f, 0x01, 0xf5, 0x10, 0xd9, 0xac, 0x3f, 0x70, 0xa2, 0x92, 0xda, 0xa2, 0x31, 0x6d, 0xe5,
    0x44, 0xe9, 0xaa, 0xb8, 0xaf, 0xe8, 0x40, 0x49, 0xc6, 0x2a, 0x9c, 0x57, 0x86, 0x2d, 0x14, 0x33,
];
const P256_PEER: [u8; 65] = [
    0x04, 0xd1, 0x2d, 0xfb, 0x52, 0x89, 0xc8, 0xd4, 0xf8, 0x12, 0x08, 0xb7, 0x02, 0x70, 0x39, 0x8c,
    0x34, 0x22, 0x96, 0x97, 0x0a, 0x0b, 0xcc, 0xb7, 0x4c, 0x73, 0x6f, 0xc7, 0x55, 0x44, 0x94, 0xbf,
    0x63, 0x56, 0xfb, 0xf3, 0xca, 0x36, 0x6c, 0xc2, 0x3e, 0x81, 0x57, 0x85, 0x4c, 0x13, 0xc5, 0x8d,
    0x6a, 0xac, 0x23, 0xf0, 0x46, 0xad, 0xa3, 0x0f, 0x83, 0x53, 0xe7, 0x4f, 0x33, 0x03, 0x98, 0x72,
    0xab,
];
const P256_SECRET: [u8; 32] = [
    0xd6, 0x84, 0x0f, 0x6b, 0x42, 0xf6, 0xed, 0xaf, 0xd1, 0x31, 0x16, 0xe0, 0xe1, 0x25, 0x65, 0x20,
    0x2f, 0xef, 0x8e, 0x9e, 0xce, 0x7d, 0xce, 0x03, 0x81, 0x24, 0x64, 0xd0, 0x4b, 0x94, 0x42, 0xde,
];
const MESSAGE: &[u8] = b"sample";
const HASHES: [Hash; 5] = [
    Hash::Sha1,
    Hash::Sha224,
    Hash::Sha256,
    Hash::Sha384,
    Hash::Sha512,
];

pub(super) fn run(
    token: &Token,
    abilities: &mut Abilities,
    refusals: &Refusals,
) -> Result<(), ProviderError> {
    if abilities.rsa.contains(&RSA_BITS) {
        signatures(token, abilities, refusals)?;
        decryption(token, abilities, refusals)?;
    }
    if abilities.curves.contains(&(EccFamily::SecpR1, P256_BITS)) {
        let listed = MechanismType::ECDH1_DERIVE;
        if abilities.has(listed, P256_BITS as usize) {
            let answer = agreed(token)?;
            report(token, listed, None, &answer);
            if answer.is_bad() {
                abilities.disable(listed);
            }
        }
    }
    Ok(())
}

/// Tests every way of signing hashes with RSA. Ways that hash messages are not tested here:
/// software verifies every signature.
fn signatures(
    token: &Token,
    abilities: &Abilities,
    refusals: &Refusals,
) -> Result<(), ProviderError> {
    for hash in HASHES {
        let hash_alg = SignHash::Specific(hash);
        for alg in [
            AsymmetricSignature::RsaPss { hash_alg },
            AsymmetricSignature::RsaPkcs1v15Sign { hash_alg },
        ] {
            for way in WAYS {
                let listed = ways::listed(abilities, &alg, Some(hash), way);
                let Some(listed) = listed.filter(|_| way != Way::Hashing) else {
                    continue;
                };
                if refusals.contains(listed, Some(hash)) {
                    continue;
                }
                let answer = signature(token, &alg, hash, way)?;
                report(token, listed, Some(hash), &answer);
                if answer.is_bad() {
                    refusals.add(listed, Some(hash));
                }
            }
        }
    }
    Ok(())
}

fn signature(
    token: &Token,
    alg: &AsymmetricSignature,
    hash: Hash,
    way: Way,
) -> Result<Answer, ProviderError> {
    let digest = parsec_psa::hash(hash, MESSAGE)?;
    let input = SignatureInput::Hash(&digest);
    let Some(request) = ways::request((alg, Some(hash)), RSA_BITS, way, input)? else {
        return Ok(Answer::Right);
    };
    let pair = key_attributes::rsa_key_pair(RSA_2048_PAIR)?;
    let public_key = pair.public.clone();
    run_test(
        token,
        private(pair.private_part, Attribute::Sign(true)),
        |session, handle| session.sign(&request.mechanism, handle, &request.data),
        |signature| {
            let signature = padded(&signature, RSA_LENGTH);
            let key = (&KeyType::RsaKeyPair, RSA_BITS);
            Ok(public::verify_hash(key, &public_key, alg, &digest, &signature).is_ok())
        },
    )
}

fn private(part: Option<Vec<Attribute>>, usage: Attribute) -> Vec<Attribute> {
    let mut template = vec![
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::Token(false),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        usage,
    ];
    template.extend(part.unwrap_or_default());
    template
}

fn decryption(
    token: &Token,
    abilities: &mut Abilities,
    refusals: &Refusals,
) -> Result<(), ProviderError> {
    let listed = MechanismType::RSA_PKCS_OAEP;
    if abilities.has(listed, 0) {
        for hash in HASHES {
            let Some(known) = mechanism::hash(hash) else {
                continue;
            };
            let parameters =
                PkcsOaepParams::new(known.mechanism, known.mgf, PkcsOaepSource::empty());
            let alg = AsymmetricEncryption::RsaOaep { hash_alg: hash };
            let answer = decrypted(token, &alg, &Mechanism::RsaPkcsOaep(parameters))?;
            report(token, listed, Some(hash), &answer);
            if answer.is_bad() {
                refusals.add(listed, Some(hash));
            }
        }
    }
    if abilities.has(MechanismType::RSA_PKCS, 0) {
        let alg = AsymmetricEncryption::RsaPkcs1v15Crypt;
        let answer = decrypted(token, &alg, &Mechanism::RsaPkcs)?;
        report(token, MechanismType::RSA_PKCS, None, &answer);
        abilities.decrypts_pkcs1v15 = !answer.is_bad();
    }
    Ok(())
}

fn decrypted(
    token: &Token,
    alg: &AsymmetricEncryption,
    mechanism: &Mechanism<'_>,
) -> Result<Answer, ProviderError> {
    let pair = key_attributes::rsa_key_pair(RSA_2048_PAIR)?;
    let ciphertext = public::encrypt(&pair.public, alg, MESSAGE, b"")?;
    run_test(
        token,
        private(pair.private_part, Attribute::Decrypt(true)),
        |session, handle| session.decrypt(mechanism, handle, &ciphertext),
        |message| Ok(message == MESSAGE),
    )
}

fn agreed(token: &Token) -> Result<Answer, ProviderError> {
    let pair = key_attributes::ecc_key_pair(EccFamily::SecpR1, P256_BITS, &P256_KEY)?;
    run_test(
        token,
        private(pair.private_part, Attribute::Derive(true)),
        |session, handle| agreement::derive_any(session, handle, &P256_PEER, P256_SECRET.len()),
        |secret| Ok(padded(secret.expose(), P256_SECRET.len()) == P256_SECRET),
    )
}
