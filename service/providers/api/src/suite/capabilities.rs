//! `can_do_crypto` agrees with the operations.

use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, CheckType, DhFamily, EccFamily, Hash, KeyAttributes, KeyType,
    SignHash, UsageFlags,
};
use parsec_contracts::{Opcode, Status};

use super::rig::ensure;
use super::specs::{DETERMINISTIC, ECDSA, PKCS1V15, PSS, SECP_R1, attributes, exportable, signing};
use super::{Case, Rig, Stop};

pub(super) const CASES: &[Case] = &[
    Case::new(
        "can_do_crypto_agrees_with_generate",
        &[Opcode::CanDoCrypto, Opcode::PsaGenerateKey],
        agrees_with_generate,
    ),
    Case::new(
        "can_do_crypto_agrees_with_signing",
        &[
            Opcode::CanDoCrypto,
            Opcode::PsaGenerateKey,
            Opcode::PsaSignHash,
            Opcode::PsaVerifyHash,
        ],
        agrees_with_signing,
    ),
    Case::new(
        "can_do_crypto_rejects_impossible_keys",
        &[Opcode::CanDoCrypto],
        refuses,
    ),
    Case::new(
        "the_default_algorithm_is_supported",
        &[Opcode::CanDoCrypto],
        everyone_signs,
    ),
];

/// Types and sizes of keys, valid and invalid.
fn sizes() -> impl Iterator<Item = (KeyType, u32)> {
    const CURVES: &[u32] = &[
        0, 160, 192, 224, 255, 256, 284, 320, 384, 448, 512, 521, 1024,
    ];
    const FAMILIES: &[EccFamily] = &[
        EccFamily::SecpK1,
        EccFamily::SecpR1,
        EccFamily::SecpR2,
        EccFamily::SectK1,
        EccFamily::SectR1,
        EccFamily::SectR2,
        EccFamily::BrainpoolPR1,
        EccFamily::Frp,
        EccFamily::Montgomery,
    ];
    let curves = FAMILIES.iter().flat_map(|curve_family| {
        CURVES.iter().map(|bits| {
            (
                KeyType::EccKeyPair {
                    curve_family: *curve_family,
                },
                *bits,
            )
        })
    });
    let plain = [
        (
            KeyType::RawData,
            &[0, 7, 8, 12, 4096, 65_528, 65_536, u32::MAX][..],
        ),
        (KeyType::Hmac, &[0, 8, 129, 256, 1024]),
        (KeyType::Derive, &[0, 8, 256]),
        (KeyType::Aes, &[0, 64, 128, 160, 192, 256, 512]),
        (KeyType::Camellia, &[0, 128, 192, 256]),
        (KeyType::Des, &[0, 64, 128, 192]),
        (KeyType::Arc4, &[0, 128]),
        (KeyType::Chacha20, &[0, 128, 256]),
        (
            KeyType::DhKeyPair {
                group_family: DhFamily::Rfc7919,
            },
            &[0, 1024, 2048, 3072],
        ),
        // A public key cannot be generated without its private key.
        (KeyType::RsaPublicKey, &[2048]),
        (
            KeyType::EccPublicKey {
                curve_family: EccFamily::SecpR1,
            },
            &[256],
        ),
        (
            KeyType::RsaKeyPair,
            &[0, 1, 512, 1000, 1023, 1024, 2048, 16_384, u32::MAX],
        ),
    ];
    curves.chain(
        plain
            .into_iter()
            .flat_map(|(key_type, bits)| bits.iter().map(move |b| (key_type, *b))),
    )
}

fn agrees_with_generate(rig: &Rig) -> Result<(), Stop> {
    let mut able = 0;
    for (key_type, bits) in sizes() {
        let wanted = exportable(key_type, bits);
        // A size of 0 means any size in a query, and is rejected by generation.
        let says = bits != 0 && rig.can(CheckType::Generate, &wanted)?;
        match (says, rig.try_generate(&wanted)) {
            (true, Ok(created)) => {
                let key = rig.key(created);
                ensure(
                    key.context.attributes == wanted,
                    format!("{key_type:?}: asked for {bits} bits, got {:?}", key.context),
                )?;
                able += 1;
            }
            (true, Err(error)) => {
                return Err(Stop::Fail(format!(
                    "says that it can generate {key_type:?} of {bits} bits, but: {error}"
                )));
            }
            (false, Ok(created)) => {
                drop(rig.key(created));
                return Err(Stop::Fail(format!(
                    "says that it cannot generate {key_type:?} of {bits} bits, but does"
                )));
            }
            (false, Err(error)) => ensure(
                matches!(
                    error.status(),
                    Status::PsaErrorNotSupported | Status::PsaErrorInvalidArgument
                ),
                format!("{key_type:?} of {bits} bits is refused with {error}"),
            )?,
        }
    }
    ensure(able > 0, "the provider can generate nothing")
}

/// A key that can be generated for an algorithm can sign with it.
fn agrees_with_signing(rig: &Rig) -> Result<(), Stop> {
    let montgomery = KeyType::EccKeyPair {
        curve_family: EccFamily::Montgomery,
    };
    let brainpool = KeyType::EccKeyPair {
        curve_family: EccFamily::BrainpoolPR1,
    };
    let mut able = 0;
    for (key_type, bits, open) in [
        (SECP_R1, 256, ECDSA),
        (SECP_R1, 256, DETERMINISTIC),
        (SECP_R1, 256, PKCS1V15),
        (brainpool, 256, ECDSA),
        (montgomery, 255, ECDSA),
        (KeyType::RsaKeyPair, 1024, PKCS1V15),
        (KeyType::RsaKeyPair, 1024, PSS),
        (KeyType::RsaKeyPair, 1024, ECDSA),
        (KeyType::Aes, 128, ECDSA),
    ] {
        for hash in Hash::ALL {
            let alg = open.with_hash(*hash);
            let wanted = signing(key_type, bits, alg);
            let says = rig.can(CheckType::Generate, &wanted)?;
            let created = match rig.try_generate(&wanted) {
                Ok(created) => created,
                Err(error) if says => return Err(error.into()),
                Err(_) => continue,
            };
            let key = rig.key(created);
            let digest = vec![0x5a; hash.length()];
            if says {
                key.sign_and_verify(alg, &digest)?;
                able += 1;
            } else if key.sign_hash(alg, &digest).is_ok() {
                return Err(Stop::Fail(format!(
                    "says that {key_type:?} cannot sign with {alg:?}, but it does"
                )));
            }
        }
    }
    ensure(able > 0, "the provider can sign nothing")
}

fn refuses(rig: &Rig) -> Result<(), Stop> {
    let good = signing(SECP_R1, 256, ECDSA);
    let with = |change: fn(&mut KeyAttributes)| {
        let mut attributes = good;
        change(&mut attributes);
        attributes
    };
    for (check_type, attributes, why) in [
        (
            CheckType::Derive,
            with(|a| a.key_type = KeyType::RsaKeyPair),
            "an RSA key cannot be derived",
        ),
        (
            CheckType::Use,
            with(|a| a.key_policy.key_algorithm = Algorithm::None),
            "there is no algorithm to use",
        ),
        (
            CheckType::Use,
            with(|a| a.key_policy.key_usage_flags = UsageFlags::default()),
            "the policy permits no use",
        ),
        (
            CheckType::Use,
            with(|a| {
                a.key_policy.key_usage_flags = UsageFlags {
                    encrypt: true,
                    decrypt: true,
                    ..UsageFlags::default()
                };
            }),
            "ECDSA does not encrypt",
        ),
        (
            CheckType::Use,
            with(|a| a.key_type = KeyType::RsaKeyPair),
            "ECDSA does not go with RSA keys",
        ),
        (
            CheckType::Use,
            with(|a| {
                a.key_policy.key_algorithm = Algorithm::Hash(Hash::Sha256);
            }),
            "hashing needs no key",
        ),
        (
            CheckType::Generate,
            with(|a| {
                a.key_type = KeyType::EccPublicKey {
                    curve_family: EccFamily::SecpR1,
                };
            }),
            "a public key is not generated",
        ),
        (
            CheckType::Import,
            with(|a| {
                a.key_type = KeyType::EccPublicKey {
                    curve_family: EccFamily::SecpR1,
                };
                a.key_policy.key_usage_flags = UsageFlags {
                    sign_hash: true,
                    ..UsageFlags::default()
                };
            }),
            "a public key does not sign",
        ),
        (
            CheckType::Import,
            attributes(
                KeyType::EccKeyPair {
                    curve_family: EccFamily::SecpR1,
                },
                257,
                UsageFlags {
                    sign_hash: true,
                    ..UsageFlags::default()
                },
                Algorithm::AsymmetricSignature(ECDSA),
            ),
            "there is no such curve",
        ),
    ] {
        ensure(
            !rig.can(check_type, &attributes)?,
            format!("says yes, although {why}"),
        )?;
    }
    Ok(())
}

/// ECDSA on P-256 with SHA-256 is the default of clients.
fn everyone_signs(rig: &Rig) -> Result<(), Stop> {
    let open = AsymmetricSignature::Ecdsa {
        hash_alg: SignHash::Any,
    };
    for attributes in [signing(SECP_R1, 256, ECDSA), signing(SECP_R1, 256, open)] {
        for check_type in [CheckType::Use, CheckType::Generate] {
            ensure(
                rig.can(check_type, &attributes)?,
                "cannot do ECDSA on P-256",
            )?;
        }
    }
    Ok(())
}
