//! Key agreement.

mod known;

use parsec_contracts::operations::PsaRawKeyAgreement;
use parsec_contracts::types::{
    Algorithm, CheckType, DhFamily, EccFamily, KeyAgreement, KeyAttributes, KeyType,
    RawKeyAgreement, UsageFlags,
};
use parsec_contracts::{Opcode, Secret, Status};

use super::rig::{TestKey, ensure, refused};
use super::specs::{SECP_R1, SECP_R1_PUBLIC, attributes};
use super::vectors::bytes;
use super::{Case, Rig, Stop};
use crate::ProviderError;
use known::{
    FFDHE_2048, Known, MONTGOMERY, P256, P384, P521, X448, X448_SMALL, X25519, X25519_SMALL,
};

const GENERATED: &[Opcode] = &[
    Opcode::PsaGenerateKey,
    Opcode::PsaExportPublicKey,
    Opcode::PsaRawKeyAgreement,
];
const IMPORTED: &[Opcode] = &[Opcode::PsaImportKey, Opcode::PsaRawKeyAgreement];

pub(super) const CASES: &[Case] = &[
    Case::new("ecdh_both_sides_agree_on_every_curve", GENERATED, |rig| {
        both_sides(rig, CURVES)
    }),
    Case::new("ffdh_both_sides_agree_in_every_group", GENERATED, |rig| {
        both_sides(rig, GROUPS)
    }),
    Case::new("ecdh_p256_known_answer", IMPORTED, |rig| {
        answers(rig, &P256)
    }),
    Case::new("ecdh_p384_known_answer", IMPORTED, |rig| {
        answers(rig, &P384)
    }),
    Case::new("ecdh_p521_known_answer", IMPORTED, |rig| {
        answers(rig, &P521)
    }),
    Case::new("x25519_known_answer", IMPORTED, |rig| answers(rig, &X25519)),
    Case::new("x448_known_answer", IMPORTED, |rig| answers(rig, &X448)),
    Case::new("x25519_ignores_the_highest_bit", IMPORTED, highest_bit),
    Case::new("ffdh_small_powers_are_right", IMPORTED, small_powers),
    Case::new("ecdh_rejects_malformed_points", IMPORTED, no_points),
    Case::new("x25519_rejects_other_lengths", IMPORTED, no_u),
    Case::new("x25519_rejects_points_of_small_order", IMPORTED, |rig| {
        small_order(rig, &X25519, X25519_SMALL)
    }),
    Case::new("x448_rejects_points_of_small_order", IMPORTED, |rig| {
        small_order(rig, &X448, X448_SMALL)
    }),
    Case::new("ffdh_rejects_numbers_out_of_range", IMPORTED, out_of_range),
    Case::new(
        "can_do_crypto_agrees_with_key_agreement",
        &[Opcode::CanDoCrypto, Opcode::PsaRawKeyAgreement],
        can_do,
    ),
];

const SECP_K1: KeyType = KeyType::EccKeyPair {
    curve_family: EccFamily::SecpK1,
};
const BRAINPOOL: KeyType = KeyType::EccKeyPair {
    curve_family: EccFamily::BrainpoolPR1,
};
const RFC_7919: KeyType = KeyType::DhKeyPair {
    group_family: DhFamily::Rfc7919,
};

const CURVES: &[(KeyType, &[u32])] = &[
    (SECP_R1, &[192, 224, 256, 384, 521]),
    (SECP_K1, &[192, 224, 256]),
    (BRAINPOOL, &[160, 192, 224, 256, 320, 384, 512]),
    (MONTGOMERY, &[255, 448]),
];
const GROUPS: &[(KeyType, &[u32])] = &[(RFC_7919, &[2048, 3072, 4096])];

fn algorithm(key_type: KeyType) -> RawKeyAgreement {
    match key_type {
        KeyType::DhKeyPair { .. } | KeyType::DhPublicKey { .. } => RawKeyAgreement::Ffdh,
        _ => RawKeyAgreement::Ecdh,
    }
}

fn agreeing(key_type: KeyType, bits: u32) -> KeyAttributes {
    let flags = UsageFlags {
        derive: true,
        ..UsageFlags::default()
    };
    attributes(
        key_type,
        bits,
        flags,
        Algorithm::KeyAgreement(KeyAgreement::Raw(algorithm(key_type))),
    )
}

fn agree(rig: &Rig, key: &TestKey<'_>, peer_key: &[u8]) -> Result<Secret, ProviderError> {
    let input = PsaRawKeyAgreement {
        alg: algorithm(key.context.attributes.key_type),
        private_key_name: "key".into(),
        peer_key: peer_key.to_vec(),
    };
    Ok(rig
        .provider()
        .psa_raw_key_agreement(&key.context, &input)?
        .shared_secret)
}

fn both_sides(rig: &Rig, kinds: &[(KeyType, &'static [u32])]) -> Result<(), Stop> {
    let mut covered = 0;
    let of_type = |kind: &(KeyType, &'static [u32])| {
        let (key_type, sizes) = *kind;
        sizes.iter().map(move |bits| (key_type, *bits))
    };
    for (key_type, bits) in kinds.iter().flat_map(of_type) {
        let wanted = agreeing(key_type, bits);
        if !rig.can(CheckType::Generate, &wanted)? {
            continue;
        }
        let what = format!("{key_type:?} of {bits} bits");
        let (alice, bob, eve) = (
            rig.generate(&wanted)?,
            rig.generate(&wanted)?,
            rig.generate(&wanted)?,
        );
        let (alices, bobs) = (alice.public_key()?, bob.public_key()?);
        let secret = agree(rig, &alice, &bobs)?;
        ensure(
            secret == agree(rig, &bob, &alices)?,
            format!("{what}: the two sides do not agree"),
        )?;
        ensure(
            secret.len() == bits.div_ceil(8) as usize,
            format!("{what}: the secret has {} bytes", secret.len()),
        )?;
        ensure(
            secret != agree(rig, &eve, &bobs)?,
            format!("{what}: another key makes the same secret"),
        )?;
        covered += 1;
    }
    if covered == 0 {
        return Err(Stop::Skip("the provider has no such key pairs".into()));
    }
    Ok(())
}

fn import<'a>(rig: &'a Rig, known: &Known) -> Result<TestKey<'a>, Stop> {
    rig.import(&agreeing(known.key_type, known.bits), &bytes(known.private))
}

fn answers(rig: &Rig, known: &Known) -> Result<(), Stop> {
    let key = import(rig, known)?;
    let secret = agree(rig, &key, &bytes(known.peer))?;
    ensure(
        secret == Secret::new(bytes(known.secret)),
        "the secret is another",
    )
}

/// RFC 7748, 5: the bit is not part of the number.
fn highest_bit(rig: &Rig) -> Result<(), Stop> {
    let key = import(rig, &X25519)?;
    let mut peer = bytes(X25519.peer);
    peer[31] |= 0x80;
    ensure(
        agree(rig, &key, &peer)? == Secret::new(bytes(X25519.secret)),
        "the secret is another",
    )
}

/// A number as long as the smallest group's prime.
fn number(last: u8) -> Vec<u8> {
    let mut number = vec![0; 256];
    number[255] = last;
    number
}

fn small_powers(rig: &Rig) -> Result<(), Stop> {
    let import = |exponent| rig.import(&agreeing(RFC_7919, 2048), &number(exponent));
    let (two, three) = (import(2)?, import(3)?);
    for (key, base, power) in [(&two, 2, 4), (&two, 15, 225), (&three, 5, 125)] {
        ensure(
            agree(rig, key, &number(base))?.expose() == number(power),
            format!("a power of {base} is wrong"),
        )?;
    }
    // The square of 2^1024 is 2^2048, which is 2^2048 - p modulo p.
    let mut base = vec![0; 256];
    base[127] = 1;
    let mut left: Vec<u8> = bytes(FFDHE_2048).iter().map(|byte| !byte).collect();
    left[255] += 1;
    ensure(
        agree(rig, &two, &base)?.expose() == left,
        "a number larger than the prime is not brought below it",
    )
}

/// Each answer would reveal something about the key to the sender.
fn refuses(rig: &Rig, key: &TestKey<'_>, peers: &[Vec<u8>]) -> Result<(), Stop> {
    for (index, peer) in peers.iter().enumerate() {
        refused(
            agree(rig, key, peer),
            Status::PsaErrorInvalidArgument,
            format!("peer {index}, of {} bytes", peer.len()),
        )?;
    }
    Ok(())
}

fn no_points(rig: &Rig) -> Result<(), Stop> {
    let key = import(rig, &P256)?;
    let good = bytes(P256.peer);
    agree(rig, &key, &good)?;
    let changed = |at: usize, to: u8| {
        let mut point = good.clone();
        point[at] = to;
        point
    };
    let modulus = bytes("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    refuses(
        rig,
        &key,
        &[
            changed(64, good[64] ^ 1),
            changed(1, good[1] ^ 0x80),
            // Public keys are only exported with both coordinates.
            changed(0, 0),
            changed(0, 2),
            changed(0, 3),
            changed(0, 6),
            [&[2], &good[1..33]].concat(),
            [&[3], &good[1..33]].concat(),
            good[1..].to_vec(),
            good[..64].to_vec(),
            [&good[..], &[0]].concat(),
            // The point at infinity, as in SEC 1, and in another common form.
            vec![0],
            [&[4], &[0; 64][..]].concat(),
            // Coordinates outside of the field.
            [&[4], &modulus[..], &good[33..]].concat(),
            [&[4], &[0xff; 64][..]].concat(),
            // A point of another curve.
            bytes(P384.peer),
            bytes(X25519.peer),
            vec![4],
        ],
    )
}

fn no_u(rig: &Rig) -> Result<(), Stop> {
    let key = import(rig, &X25519)?;
    let u = bytes(X25519.peer);
    agree(rig, &key, &u)?;
    refuses(
        rig,
        &key,
        &[
            u[..31].to_vec(),
            [&u[..], &[0]].concat(),
            bytes(X448.peer),
            bytes(P256.peer),
        ],
    )
}

fn small_order(rig: &Rig, known: &Known, points: &[&str]) -> Result<(), Stop> {
    let key = import(rig, known)?;
    let points: Vec<Vec<u8>> = points.iter().map(|point| bytes(point)).collect();
    refuses(rig, &key, &points)
}

fn out_of_range(rig: &Rig) -> Result<(), Stop> {
    let prime = bytes(FFDHE_2048);
    let changed = |by: fn(u8) -> u8| {
        let mut number = prime.clone();
        number[255] = by(number[255]);
        number
    };
    let key = rig.import(&agreeing(RFC_7919, 2048), &number(2))?;
    // The largest valid number is p - 2, whose square is 4.
    ensure(
        agree(rig, &key, &changed(|last| last - 2))?.expose() == number(4),
        "the square of -2 is not 4",
    )?;
    let mut above = prime.clone();
    above[247] += 1;
    refuses(
        rig,
        &key,
        &[
            number(0),
            number(1),
            changed(|last| last - 1),
            prime,
            above,
            vec![0xff; 256],
            number(2)[1..].to_vec(),
            [&[0], &number(2)[..]].concat(),
            vec![2],
        ],
    )
}

fn can_do(rig: &Rig) -> Result<(), Stop> {
    let wanted = agreeing(SECP_R1, 256);
    rig.need(CheckType::Import, &wanted)?;
    let mut without = wanted;
    without.key_policy.key_usage_flags = UsageFlags {
        export: true,
        ..UsageFlags::default()
    };
    let of_type = |key_type| KeyAttributes { key_type, ..wanted };
    let no_size = agreeing(SECP_R1, 257);
    for (check_type, attributes, why) in [
        (CheckType::Import, without, "the policy does not let derive"),
        (
            CheckType::Generate,
            without,
            "the policy does not let derive",
        ),
        (CheckType::Generate, no_size, "there is no such curve"),
        (
            CheckType::Import,
            of_type(SECP_R1_PUBLIC),
            "a public key of half the length is accepted",
        ),
        (
            CheckType::Import,
            of_type(KeyType::RsaKeyPair),
            "RSA keys do not agree",
        ),
        (CheckType::Import, of_type(RFC_7919), "ECDH needs a curve"),
    ] {
        ensure(
            !rig.can(check_type, &attributes)?,
            format!("says that it can {check_type:?}, although {why}"),
        )?;
    }
    Ok(())
}
