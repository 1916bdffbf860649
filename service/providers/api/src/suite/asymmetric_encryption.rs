//! RSA encryption, and its resistance to padding oracles.

use parsec_contracts::operations::{PsaAsymmetricDecrypt, PsaAsymmetricEncrypt};
use parsec_contracts::types::{
    Algorithm, AsymmetricEncryption, CheckType, Hash, KeyAttributes, KeyType, UsageFlags,
};
use parsec_contracts::{Opcode, Secret, Status};

use super::rig::{TestKey, ensure, refused};
use super::specs::attributes;
use super::{Case, Rig, Stop, vectors};
use crate::ProviderError;

const GENERATED: &[Opcode] = &[
    Opcode::PsaGenerateKey,
    Opcode::PsaAsymmetricEncrypt,
    Opcode::PsaAsymmetricDecrypt,
];
const IMPORTED: &[Opcode] = &[
    Opcode::PsaImportKey,
    Opcode::PsaAsymmetricEncrypt,
    Opcode::PsaAsymmetricDecrypt,
];
const DECRYPTS: &[Opcode] = &[Opcode::PsaImportKey, Opcode::PsaAsymmetricDecrypt];

pub(super) const CASES: &[Case] = &[
    Case::new(
        "rsa_pkcs1v15_decrypts_what_it_encrypted",
        GENERATED,
        |rig| {
            let key = rig.generate(&encrypting(KeyType::RsaKeyPair, 2048, V15))?;
            reads_itself(rig, &key, V15, b"")
        },
    ),
    Case::new("rsa_oaep_decrypts_what_it_encrypted", GENERATED, |rig| {
        let key = rig.generate(&encrypting(KeyType::RsaKeyPair, 2048, OAEP))?;
        reads_itself(rig, &key, OAEP, b"")
    }),
    Case::new(
        "rsa_oaep_supports_every_hash_and_label",
        IMPORTED,
        every_hash,
    ),
    Case::new("rsa_oaep_known_ciphertext", DECRYPTS, |rig| {
        known(rig, OAEP, LABEL, OAEP_CIPHERTEXT)
    }),
    Case::new("rsa_pkcs1v15_known_ciphertext", DECRYPTS, |rig| {
        known(rig, V15, b"", V15_CIPHERTEXT)
    }),
    Case::new("rsa_public_keys_encrypt_to_the_pair", IMPORTED, public),
    Case::new("rsa_messages_that_fit_are_encrypted", IMPORTED, lengths),
    Case::new("rsa_pkcs1v15_rejects_labels", IMPORTED, no_label),
    Case::new(
        "rsa_oaep_invalid_ciphertexts_are_indistinguishable",
        DECRYPTS,
        |rig| tell_nothing(rig, OAEP, OAEP_CIPHERTEXT, OAEP_MALFORMED),
    ),
    Case::new(
        "rsa_pkcs1v15_invalid_ciphertexts_are_indistinguishable",
        DECRYPTS,
        |rig| tell_nothing(rig, V15, V15_CIPHERTEXT, V15_MALFORMED),
    ),
    Case::new(
        "can_do_crypto_agrees_with_rsa_encryption",
        &[
            Opcode::CanDoCrypto,
            Opcode::PsaGenerateKey,
            Opcode::PsaAsymmetricEncrypt,
            Opcode::PsaAsymmetricDecrypt,
        ],
        can_do,
    ),
];

const V15: AsymmetricEncryption = AsymmetricEncryption::RsaPkcs1v15Crypt;
const OAEP: AsymmetricEncryption = oaep(Hash::Sha256);
const MESSAGE: &[u8] = b"sample";
const LABEL: &[u8] = b"label";

/// OpenSSL's ciphertexts of the message for the test key; that of OAEP has the label.
const OAEP_CIPHERTEXT: &[u8] = include_bytes!("vectors/rsa-2048-oaep-sha256-label.bin");
const V15_CIPHERTEXT: &[u8] = include_bytes!("vectors/rsa-2048-pkcs1v15.bin");

/// Malformed OAEP messages: the first byte is not 0; another label; padding that is not 0; nothing
/// between padding and message.
const OAEP_MALFORMED: &[u8] = include_bytes!("vectors/rsa-2048-oaep-sha256-label-malformed.bin");
/// Malformed PKCS #1 v1.5 messages: the padding of a signature; the first byte is not 0; nothing
/// between padding and message; seven bytes of padding.
const V15_MALFORMED: &[u8] = include_bytes!("vectors/rsa-2048-pkcs1v15-malformed.bin");

const fn oaep(hash_alg: Hash) -> AsymmetricEncryption {
    AsymmetricEncryption::RsaOaep { hash_alg }
}

fn encrypting(key_type: KeyType, bits: u32, alg: AsymmetricEncryption) -> KeyAttributes {
    let flags = UsageFlags {
        encrypt: true,
        decrypt: key_type == KeyType::RsaKeyPair,
        ..UsageFlags::default()
    };
    attributes(key_type, bits, flags, Algorithm::AsymmetricEncryption(alg))
}

fn encrypt(
    rig: &Rig,
    key: &TestKey<'_>,
    alg: AsymmetricEncryption,
    label: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let input = PsaAsymmetricEncrypt {
        key_name: "key".into(),
        alg,
        plaintext: Secret::from(plaintext),
        salt: label.to_vec(),
    };
    Ok(rig
        .provider()
        .psa_asymmetric_encrypt(&key.context, &input)?
        .ciphertext)
}

fn decrypt(
    rig: &Rig,
    key: &TestKey<'_>,
    alg: AsymmetricEncryption,
    label: &[u8],
    ciphertext: &[u8],
) -> Result<Secret, ProviderError> {
    let input = PsaAsymmetricDecrypt {
        key_name: "key".into(),
        alg,
        ciphertext: ciphertext.to_vec(),
        salt: label.to_vec(),
    };
    Ok(rig
        .provider()
        .psa_asymmetric_decrypt(&key.context, &input)?
        .plaintext)
}

fn pair(rig: &Rig, alg: AsymmetricEncryption) -> Result<TestKey<'_>, Stop> {
    rig.import(
        &encrypting(KeyType::RsaKeyPair, 2048, alg),
        vectors::RSA_PAIR,
    )
}

fn reads_itself(
    rig: &Rig,
    key: &TestKey<'_>,
    alg: AsymmetricEncryption,
    label: &[u8],
) -> Result<(), Stop> {
    let ciphertext = encrypt(rig, key, alg, label, MESSAGE)?;
    ensure(
        ciphertext.len() == key.context.attributes.key_bits as usize / 8,
        "the ciphertext is not as long as the modulus",
    )?;
    ensure(
        decrypt(rig, key, alg, label, &ciphertext)?.expose() == MESSAGE,
        format!("{alg:?}: the decrypted message differs"),
    )?;
    ensure(
        encrypt(rig, key, alg, label, MESSAGE)? != ciphertext,
        format!("{alg:?}: the same message has the same ciphertext twice"),
    )
}

fn every_hash(rig: &Rig) -> Result<(), Stop> {
    let labels = [&b""[..], LABEL, &[0], &[0xa5; 1000]];
    let mut covered = 0;
    for hash in Hash::ALL {
        let alg = oaep(*hash);
        if !rig.can(
            CheckType::Import,
            &encrypting(KeyType::RsaKeyPair, 2048, alg),
        )? {
            continue;
        }
        let key = pair(rig, alg)?;
        for label in labels {
            reads_itself(rig, &key, alg, label)?;
            let ciphertext = encrypt(rig, &key, alg, label, MESSAGE)?;
            for other in labels.into_iter().filter(|other| *other != label) {
                refused(
                    decrypt(rig, &key, alg, other, &ciphertext),
                    Status::PsaErrorInvalidPadding,
                    format!("{hash:?}: another label"),
                )?;
            }
        }
        covered += 1;
    }
    if covered == 0 {
        return Err(Stop::Skip("the provider has no hash for OAEP".into()));
    }
    Ok(())
}

fn known(
    rig: &Rig,
    alg: AsymmetricEncryption,
    label: &[u8],
    ciphertext: &[u8],
) -> Result<(), Stop> {
    let key = pair(rig, alg)?;
    ensure(
        decrypt(rig, &key, alg, label, ciphertext)?.expose() == MESSAGE,
        "another implementation's ciphertext is read as another message",
    )
}

fn public(rig: &Rig) -> Result<(), Stop> {
    for alg in [V15, OAEP] {
        let key = pair(rig, alg)?;
        let public = rig.import(
            &encrypting(KeyType::RsaPublicKey, 2048, alg),
            vectors::RSA_PUBLIC,
        )?;
        let ciphertext = encrypt(rig, &public, alg, b"", MESSAGE)?;
        ensure(
            decrypt(rig, &key, alg, b"", &ciphertext)?.expose() == MESSAGE,
            "the pair reads another message than the public key encrypted",
        )?;
        refused(
            decrypt(rig, &public, alg, b"", &ciphertext),
            Status::PsaErrorInvalidArgument,
            "decrypting with a public key",
        )?;
    }
    Ok(())
}

fn lengths(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for (alg, longest) in [
        (V15, 256 - 11),
        (OAEP, 256 - 2 * 32 - 2),
        (oaep(Hash::Sha1), 256 - 2 * 20 - 2),
        (oaep(Hash::Sha512), 256 - 2 * 64 - 2),
    ] {
        let wanted = encrypting(KeyType::RsaKeyPair, 2048, alg);
        if !rig.can(CheckType::Import, &wanted)? {
            continue;
        }
        let key = pair(rig, alg)?;
        for length in [0, 1, longest - 1, longest] {
            // Zeros, which faulty code takes for padding.
            let message = vec![0; length];
            let ciphertext = encrypt(rig, &key, alg, b"", &message)?;
            ensure(
                decrypt(rig, &key, alg, b"", &ciphertext)?.expose() == message,
                format!("{alg:?}: {length} bytes are decrypted to others"),
            )?;
        }
        for length in [longest + 1, 256, 257, 100_000] {
            let Err(error) = encrypt(rig, &key, alg, b"", &vec![7; length]) else {
                return Err(Stop::Fail(format!(
                    "{alg:?}: {length} bytes are encrypted, though {longest} is the most"
                )));
            };
            ensure(
                error.status() == Status::PsaErrorInvalidArgument
                    && error.message().contains(&longest.to_string()),
                format!("{alg:?}: {length} bytes are refused without saying the most: {error}"),
            )?;
        }
        covered += 1;
    }
    if covered == 0 {
        return Err(Stop::Skip("the provider does not encrypt with RSA".into()));
    }
    Ok(())
}

fn no_label(rig: &Rig) -> Result<(), Stop> {
    let key = pair(rig, V15)?;
    refused(
        encrypt(rig, &key, V15, LABEL, MESSAGE),
        Status::PsaErrorInvalidArgument,
        "encrypting with a label",
    )?;
    refused(
        decrypt(rig, &key, V15, LABEL, V15_CIPHERTEXT),
        Status::PsaErrorInvalidArgument,
        "decrypting with a label",
    )
}

/// A caller who learns why a ciphertext is invalid can decrypt all others (Bleichenbacher; Manger).
fn tell_nothing(
    rig: &Rig,
    alg: AsymmetricEncryption,
    ciphertext: &[u8],
    malformed: &[u8],
) -> Result<(), Stop> {
    let key = pair(rig, alg)?;
    let label = if alg == V15 { &b""[..] } else { LABEL };
    let mut wrong: Vec<Vec<u8>> = malformed.chunks(256).map(<[u8]>::to_vec).collect();
    // All bits of the first byte, which make the number larger than the modulus, and some others.
    let of_first = (0..8).map(|bit| (0, bit));
    for (at, bit) in of_first.chain((1..256).step_by(15).map(|at| (at, at % 8))) {
        let mut flipped = ciphertext.to_vec();
        flipped[at] ^= 1 << bit;
        wrong.push(flipped);
    }
    let mut one = vec![0; 256];
    one[255] = 1;
    wrong.extend([
        vec![0; 256],
        one,
        vec![0xff; 256],
        ciphertext[..255].to_vec(),
        ciphertext[1..].to_vec(),
        [ciphertext, &[0]].concat(),
        [&[0], ciphertext].concat(),
        vec![7],
        vec![7; 5000],
    ]);
    let mut output = None;
    for (index, ciphertext) in wrong.iter().enumerate() {
        let Err(error) = decrypt(rig, &key, alg, label, ciphertext) else {
            return Err(Stop::Fail(format!("number {index} decrypts")));
        };
        ensure(
            error.status() == Status::PsaErrorInvalidPadding,
            format!("number {index} is refused with {error}"),
        )?;
        let output = output.get_or_insert_with(|| error.message().to_owned());
        ensure(
            output == error.message(),
            format!("ciphertext {index} is distinguishable: {output}; {error}"),
        )?;
    }
    Ok(())
}

fn can_do(rig: &Rig) -> Result<(), Stop> {
    let with = |bits, alg, encrypt, decrypt| {
        let mut wanted = encrypting(KeyType::RsaKeyPair, bits, alg);
        wanted.key_policy.key_usage_flags.encrypt = encrypt;
        wanted.key_policy.key_usage_flags.decrypt = decrypt;
        wanted
    };
    // Messages do not fit a key of 1024 bits with OAEP and SHA-512, so it must not be offered.
    for hash in Hash::ALL {
        let alg = oaep(*hash);
        let wanted = with(1024, alg, true, true);
        let says = rig.can(CheckType::Generate, &wanted)?;
        let created = match rig.try_generate(&wanted) {
            Ok(created) => created,
            Err(error) if says => return Err(error.into()),
            Err(_) => continue,
        };
        let key = rig.key(created);
        match (says, encrypt(rig, &key, alg, b"", b"")) {
            (true, Ok(ciphertext)) => {
                decrypt(rig, &key, alg, b"", &ciphertext)?;
            }
            (true, Err(error)) => return Err(error.into()),
            (false, Ok(_)) => {
                return Err(Stop::Fail(format!("cannot do {alg:?}, it says, but does")));
            }
            (false, Err(error)) => ensure(
                error.status() == Status::PsaErrorNotSupported,
                format!("{alg:?} is refused with {error}"),
            )?,
        }
    }
    if !rig.can(CheckType::Use, &with(2048, V15, true, true))? {
        return Ok(());
    }
    let public = |encrypt, decrypt| KeyAttributes {
        key_type: KeyType::RsaPublicKey,
        ..with(2048, V15, encrypt, decrypt)
    };
    for (wanted, able, why) in [
        (with(2048, V15, true, false), true, "a pair encrypts"),
        (with(2048, V15, false, true), true, "a pair decrypts"),
        (with(2048, V15, false, false), false, "no use is permitted"),
        (public(true, false), true, "a public key encrypts"),
        (public(false, true), false, "a public key does not decrypt"),
        (
            KeyAttributes {
                key_type: super::specs::SECP_R1,
                ..with(256, V15, true, true)
            },
            false,
            "a curve does not encrypt",
        ),
    ] {
        ensure(
            rig.can(CheckType::Use, &wanted)? == able,
            format!("says {}, although {why}", !able),
        )?;
    }
    Ok(())
}
