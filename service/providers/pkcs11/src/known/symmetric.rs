//! Known-answer tests of AES and HMAC; software computes the answers.

use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, KeyType as TokenKeyType, ObjectClass};
use cryptoki::types::Ulong;
use parsec_contracts::Secret;
use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, Cipher, FullLengthMac, Hash, KeyAttributes,
    KeyPolicy, KeyType, Mac, UsageFlags,
};
use parsec_provider::{KeyContext, KeyId, ProviderError};
use parsec_psa::{AeadInput, BLOCK, InMemory, Secrets as _, iv_length};

use super::test_run::{Answer, report, run_test};
use crate::abilities::Abilities;
use crate::mechanism::{self, CounterParameters, GCM_TAG, GCM_TAGS, cipher_mechanism, cipher_type};
use crate::token::Token;

/// NIST SP 800-38A, F.
const KEY: [u8; 16] = [
    0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c,
];
/// Two and a half blocks; modes without padding use two.
const MESSAGE: &[u8] = b"A message of forty bytes, over 3 blocks.";
/// A counter whose last four bytes are about to overflow.
const VECTOR: [u8; BLOCK] = [
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff, 0xff, 0xff, 0xff,
];
const ADDITIONAL_DATA: &[u8] = b"additional data";

const CIPHERS: [Cipher; 5] = [
    Cipher::EcbNoPadding,
    Cipher::CbcNoPadding,
    Cipher::CbcPkcs7,
    Cipher::Ctr,
    Cipher::Cfb,
];
const HASHES: [Hash; 5] = [
    Hash::Sha1,
    Hash::Sha224,
    Hash::Sha256,
    Hash::Sha384,
    Hash::Sha512,
];

pub(super) fn run(token: &Token, abilities: &mut Abilities) -> Result<(), ProviderError> {
    for alg in CIPHERS {
        let Some(listed) = cipher_type(alg).filter(|listed| abilities.has(*listed, KEY.len()))
        else {
            continue;
        };
        record(token, abilities, listed, &cipher(token, alg)?);
    }
    let codes = HASHES
        .into_iter()
        .filter_map(|hash_alg| {
            let listed = mechanism::hash(hash_alg)?.hmac;
            Some((FullLengthMac::Hmac { hash_alg }, listed))
        })
        .chain([(FullLengthMac::Cmac, MechanismType::AES_CMAC)]);
    for (code, listed) in codes {
        if abilities.has(listed, 0) {
            record(token, abilities, listed, &mac(token, code)?);
        }
    }
    if abilities.has(MechanismType::AES_GCM, KEY.len()) {
        for tag in GCM_TAGS {
            let answer = gcm(token, 12, tag)?;
            match tag {
                GCM_TAG => record(token, abilities, MechanismType::AES_GCM, &answer),
                _ if answer.is_bad() => {}
                _ => abilities.gcm_tags.push(tag),
            }
        }
        abilities.gcm_tags.push(GCM_TAG);
    }
    Ok(())
}

fn record(token: &Token, abilities: &mut Abilities, listed: MechanismType, answer: &Answer) {
    report(token, listed, None, answer);
    if answer.is_bad() {
        abilities.disable(listed);
    }
}

/// The key as a template for the token.
fn on_token(key_type: TokenKeyType, value: &[u8], uses: &[Attribute]) -> Vec<Attribute> {
    let mut template = vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(key_type),
        Attribute::Token(false),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Value(value.to_vec()),
    ];
    template.extend_from_slice(uses);
    template
}

fn aes(uses: &[Attribute]) -> Vec<Attribute> {
    on_token(TokenKeyType::AES, &KEY, uses)
}

const CRYPTS: [Attribute; 2] = [Attribute::Encrypt(true), Attribute::Decrypt(true)];

/// The key for the software implementation.
fn in_software(key_type: KeyType, value: &[u8]) -> KeyContext {
    KeyContext {
        id: KeyId(0),
        attributes: KeyAttributes {
            key_type,
            key_bits: 8 * value.len() as u32,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::None,
            },
        },
        material: Secret::from(value),
    }
}

fn cipher(token: &Token, alg: Cipher) -> Result<Answer, ProviderError> {
    let message = match alg {
        Cipher::EcbNoPadding | Cipher::CbcNoPadding => &MESSAGE[..2 * BLOCK],
        _ => MESSAGE,
    };
    let counter = CounterParameters::new(VECTOR);
    let mechanism = cipher_mechanism(alg, VECTOR, &counter)?;
    run_test(
        token,
        aes(&CRYPTS),
        |session, handle| {
            let ciphertext = session.encrypt(&mechanism, handle, message)?;
            let back = session.decrypt(&mechanism, handle, &ciphertext)?;
            Ok((ciphertext, back))
        },
        |(ciphertext, back)| {
            let whole = [&VECTOR[..iv_length(alg)], &ciphertext].concat();
            let expected = InMemory.decrypt(&in_software(KeyType::Aes, &KEY), alg, &whole);
            Ok(back == message && expected.is_ok_and(|plain| plain.expose() == message))
        },
    )
}

fn mac(token: &Token, code: FullLengthMac) -> Result<Answer, ProviderError> {
    let (key_type, token_type, mechanism, key) = match code {
        // Some tokens require a key as long as the hash.
        FullLengthMac::Hmac { hash_alg } => (
            KeyType::Hmac,
            TokenKeyType::GENERIC_SECRET,
            mechanism::hmac(hash_alg),
            vec![0x5a; hash_alg.length()],
        ),
        _ => (
            KeyType::Aes,
            TokenKeyType::AES,
            Some(Mechanism::AesCMac),
            KEY.to_vec(),
        ),
    };
    let Some(mechanism) = mechanism else {
        return Ok(Answer::Right);
    };
    run_test(
        token,
        on_token(token_type, &key, &[Attribute::Sign(true)]),
        |session, handle| session.sign(&mechanism, handle, MESSAGE),
        |code_of_token| {
            let alg = Mac::FullLength(code);
            let expected = InMemory.mac(&in_software(key_type, &key), &alg, MESSAGE)?;
            Ok(code_of_token == expected)
        },
    )
}

/// Tests GCM with these lengths of nonce and tag: the ciphertext must be that of software, and
/// decrypt.
pub(crate) fn gcm(token: &Token, nonce: usize, tag: u32) -> Result<Answer, ProviderError> {
    // Neighboring bytes differ, so that a nonce that is truncated gives another ciphertext.
    let nonce: Vec<u8> = (0..nonce).map(|index| (index * 7 + 1) as u8).collect();
    let bits = Ulong::from(u64::from(tag) * 8);
    run_test(
        token,
        aes(&CRYPTS),
        |session, handle| {
            let run = |seal: bool, data: &[u8]| {
                let mut nonce = nonce.clone();
                let parameters = GcmParams::new(&mut nonce, ADDITIONAL_DATA, bits)?;
                let mechanism = Mechanism::AesGcm(parameters);
                match seal {
                    true => session.encrypt(&mechanism, handle, data),
                    false => session.decrypt(&mechanism, handle, data),
                }
            };
            let sealed = run(true, MESSAGE)?;
            let opened = run(false, &sealed)?;
            Ok((sealed, opened))
        },
        |(sealed, opened)| {
            let key = in_software(KeyType::Aes, &KEY);
            let request = AeadInput {
                key: &key,
                alg: &with_tag(tag),
                nonce: &nonce,
                additional_data: ADDITIONAL_DATA,
            };
            let expected = InMemory.seal(&request, &Secret::from(MESSAGE))?;
            Ok(opened == MESSAGE && sealed == expected)
        },
    )
}

fn with_tag(tag_length: u32) -> Aead {
    let aead_alg = AeadWithDefaultLengthTag::Gcm;
    match tag_length {
        GCM_TAG => Aead::AeadWithDefaultLengthTag(aead_alg),
        tag_length => Aead::AeadWithShortenedTag {
            aead_alg,
            tag_length,
        },
    }
}
