//! Invalid keys are rejected before a library or device sees them: RSA keys that anybody can sign
//! for, parts that do not belong together, numbers and points that are not on the curve.

use parsec_contracts::operations::{ImportVolatileKey, UnwrapKey, WrapKey};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, CheckType, DhFamily, EccFamily, KeyAttributes, KeyLifetime,
    KeyType, KeyWrap, UsageFlags,
};
use parsec_contracts::{Opcode, Secret, Status};

use super::rig::{ensure, refused};
use super::specs::{ECDSA, PKCS1V15, SECP_R1, attributes, exportable, signing};
use super::{Case, Rig, Stop, vectors};
use crate::{CreatedKey, ProviderError};

pub(super) const CASES: &[Case] = &[
    Case::new(
        "import_rejects_weak_rsa_public_keys",
        &[Opcode::PsaImportKey],
        rsa_public,
    ),
    Case::new(
        "import_rejects_inconsistent_rsa_pairs",
        &[Opcode::PsaImportKey],
        rsa_pairs,
    ),
    Case::new(
        "import_rejects_private_keys_out_of_range",
        &[Opcode::PsaImportKey],
        private_numbers,
    ),
    Case::new(
        "import_rejects_points_that_are_not_on_the_curve",
        &[Opcode::PsaImportKey],
        points,
    ),
    Case::new(
        "every_operation_that_imports_rejects_forged_keys",
        &[Opcode::ImportVolatileKey],
        every_way,
    ),
];

const COMPOSITE_PRIME: &[u8] = include_bytes!("vectors/rsa-2048-composite-prime.der");
const PRIME_MODULUS: &[u8] = include_bytes!("vectors/rsa-2048-public-prime.der");
const SQUARE_MODULUS: &[u8] = include_bytes!("vectors/rsa-2048-public-square.der");
const SMALL_FACTOR: &[u8] = include_bytes!("vectors/rsa-2048-public-small-factor.der");

/// The numbers of an RSAPrivateKey in their order; an RSAPublicKey has n and e at 0 and 1.
const NAMES: [&str; 9] = [
    "version",
    "n",
    "e",
    "d",
    "p",
    "q",
    "dp",
    "dq",
    "coefficient",
];
const VERSION: usize = 0;
const N: usize = 1;
const E: usize = 2;
const D: usize = 3;
const P: usize = 4;
const Q: usize = 5;
const DP: usize = 6;
const DQ: usize = 7;
const COEFFICIENT: usize = 8;

/// The contents of the integers of a DER sequence.
fn numbers(der: &[u8]) -> Vec<Vec<u8>> {
    let (mut rest, mut found) = (content(der).0, Vec::new());
    while !rest.is_empty() {
        let (number, next) = content(rest);
        found.push(number.to_vec());
        rest = next;
    }
    found
}

/// The content of the first element, and the bytes after it.
fn content(der: &[u8]) -> (&[u8], &[u8]) {
    let (header, length) = match der[1] {
        0x81 => (3, usize::from(der[2])),
        0x82 => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
        short => (2, usize::from(short)),
    };
    der[header..].split_at(length)
}

fn sequence(numbers: &[Vec<u8>]) -> Vec<u8> {
    let written: Vec<u8> = numbers
        .iter()
        .flat_map(|number| tagged(2, number))
        .collect();
    tagged(0x30, &written)
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., high, low] = content.len().to_be_bytes();
    let length = match content.len() {
        ..0x80 => vec![low],
        0x80..0x100 => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag], &length[..], content].concat()
}

/// The sequence with some of its numbers replaced.
fn changed(der: &[u8], changes: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let mut all = numbers(der);
    for (at, number) in changes {
        all[*at].clone_from(number);
    }
    sequence(&all)
}

/// The number with 2 added to or subtracted from its last byte.
fn near(der: &[u8], at: usize) -> Vec<u8> {
    let mut number = numbers(der)[at].clone();
    if let Some(last) = number.last_mut() {
        *last ^= 2;
    }
    number
}

/// An odd number of this length: a one, zeros, and a one.
fn long(length: usize) -> Vec<u8> {
    let mut number = vec![0; length];
    (number[0], number[length - 1]) = (1, 1);
    number
}

fn rsa_public(rig: &Rig) -> Result<(), Stop> {
    let good = vectors::RSA_PUBLIC;
    let modulus = numbers(good)[0].clone();
    let mut even = modulus.clone();
    if let Some(last) = even.last_mut() {
        *last &= 0xfe;
    }
    let exponent = |number: &[u8]| changed(good, &[(1, number.to_vec())]);
    let keys = [
        ("e = 0", exponent(&[0])),
        ("e = 1", exponent(&[1])),
        ("e = 2", exponent(&[2])),
        ("e = 4", exponent(&[4])),
        ("e = 65536", exponent(&[1, 0, 0])),
        ("e = -3", exponent(&[0xfd])),
        ("e = n", exponent(&modulus)),
        ("e = n + 2 or n - 2", exponent(&near(good, 0))),
        ("e longer than n", exponent(&long(400))),
        ("e of 41 bits", exponent(&long(6))),
        ("e of 1017 bits", exponent(&long(128))),
        ("an even n", changed(good, &[(0, even)])),
        ("a negative n", changed(good, &[(0, modulus[1..].to_vec())])),
        ("a prime n", PRIME_MODULUS.to_vec()),
        ("a square n", SQUARE_MODULUS.to_vec()),
        ("n = 3m", SMALL_FACTOR.to_vec()),
        ("a byte after the key", [good, &[0]].concat()),
        ("a third number", {
            let mut all = numbers(good);
            all.push(vec![1]);
            sequence(&all)
        }),
        ("a needless zero", changed(good, &[(1, vec![0, 1, 0, 1])])),
        ("a long form of a short length", {
            let body = [&tagged(2, &modulus)[..], &[2, 0x81, 3, 1, 0, 1]].concat();
            tagged(0x30, &body)
        }),
        ("an indefinite length", {
            let body = content(good).0;
            [&[0x30, 0x80], body, &[0, 0]].concat()
        }),
    ];
    let wanted = signing(KeyType::RsaPublicKey, 0, PKCS1V15);
    rig.need(CheckType::Import, &wanted)?;
    all_refused(rig, &wanted, &keys)
}

fn rsa_pairs(rig: &Rig) -> Result<(), Stop> {
    let good = vectors::RSA_PAIR;
    let own = numbers(good);
    let of = |at: usize| own[at].clone();
    let even = |at: usize| {
        let mut number = of(at);
        if let Some(last) = number.last_mut() {
            *last &= 0xfe;
        }
        number
    };
    let mut keys: Vec<(&str, Vec<u8>)> = [N, D, P, Q, DP, DQ, COEFFICIENT]
        .into_iter()
        .map(|at| (NAMES[at], changed(good, &[(at, near(good, at))])))
        .collect();
    keys.extend([
        ("another e", changed(good, &[(E, vec![1, 0, 3])])),
        ("e = 3", changed(good, &[(E, vec![3])])),
        (
            "e = d = 1",
            changed(
                good,
                &[(E, vec![1]), (D, vec![1]), (DP, vec![1]), (DQ, vec![1])],
            ),
        ),
        ("d = 0", changed(good, &[(D, vec![0])])),
        ("d = n", changed(good, &[(D, of(N))])),
        ("an even n", changed(good, &[(N, even(N))])),
        ("an even p", changed(good, &[(P, even(P))])),
        ("p = 1, q = n", changed(good, &[(P, vec![1]), (Q, of(N))])),
        ("p = n, q = 1", changed(good, &[(P, of(N)), (Q, vec![1])])),
        (
            "p and q exchanged",
            changed(good, &[(P, of(Q)), (Q, of(P))]),
        ),
        ("p = q", changed(good, &[(Q, of(P))])),
        ("dp of q", changed(good, &[(DP, of(DQ))])),
        ("no coefficient", changed(good, &[(COEFFICIENT, vec![0])])),
        ("a composite p", COMPOSITE_PRIME.to_vec()),
        ("more than two primes", changed(good, &[(VERSION, vec![1])])),
        ("a byte after the key", [good, &[0]].concat()),
        ("a needless zero", changed(good, &[(E, vec![0, 1, 0, 1])])),
        ("the public key", vectors::RSA_PUBLIC.to_vec()),
    ]);
    let wanted = signing(KeyType::RsaKeyPair, 0, PKCS1V15);
    rig.need(CheckType::Import, &wanted)?;
    all_refused(rig, &wanted, &keys)
}

const fn pair(curve_family: EccFamily) -> KeyType {
    KeyType::EccKeyPair { curve_family }
}

const fn public(curve_family: EccFamily) -> KeyType {
    KeyType::EccPublicKey { curve_family }
}

/// Families, with the sizes of curves and the lengths of their numbers.
const CURVES: [(EccFamily, u32, usize); 10] = [
    (EccFamily::SecpR1, 192, 24),
    (EccFamily::SecpR1, 224, 28),
    (EccFamily::SecpR1, 256, 32),
    (EccFamily::SecpR1, 384, 48),
    (EccFamily::SecpR1, 521, 66),
    (EccFamily::SecpK1, 192, 24),
    (EccFamily::SecpK1, 256, 32),
    (EccFamily::BrainpoolPR1, 256, 32),
    (EccFamily::BrainpoolPR1, 384, 48),
    (EccFamily::BrainpoolPR1, 512, 64),
];
const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const P256_PRIME: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

fn private_numbers(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for (family, bits, length) in CURVES {
        let wanted = exportable(pair(family), bits);
        if !rig.can(CheckType::Import, &wanted)? {
            continue;
        }
        let keys = [
            ("0", vec![0; length]),
            ("the largest number", vec![0xff; length]),
            ("a shorter number", vec![1; length - 1]),
            ("a longer number", [&[0], &vec![1; length][..]].concat()),
        ];
        all_refused(rig, &wanted, &keys)?;
        covered += 1;
    }
    let order = vectors::bytes(P256_ORDER);
    let mut above = order.clone();
    above[31] += 1;
    all_refused(
        rig,
        &exportable(SECP_R1, 256),
        &[("the order", order), ("the order and one", above)],
    )?;
    let group = KeyType::DhKeyPair {
        group_family: DhFamily::Rfc7919,
    };
    if rig.can(CheckType::Import, &exportable(group, 2048))? {
        let one = [&[0; 255][..], &[1]].concat();
        let keys = [
            ("0", vec![0; 256]),
            ("1", one),
            ("a number above the prime", vec![0xff; 256]),
        ];
        all_refused(rig, &exportable(group, 2048), &keys)?;
    }
    ensure(covered > 0, "no curve could be tried")
}

fn points(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for (family, bits, length) in CURVES {
        let wanted = signing(public(family), bits, ECDSA);
        if !rig.can(CheckType::Import, &wanted)? {
            continue;
        }
        let with = |first: u8, byte: u8| [&[first], &vec![byte; 2 * length][..]].concat();
        let keys = [
            ("x = y = 0", with(4, 0)),
            ("coordinates above the prime", with(4, 0xff)),
            ("a point of no curve", with(4, 4)),
            ("infinity", vec![0]),
            ("a compressed point", with(2, 4)[..=length].to_vec()),
        ];
        all_refused(rig, &wanted, &keys)?;
        covered += 1;
    }
    let good = [vec![4], vectors::bytes(vectors::P256.public)].concat();
    let prime = vectors::bytes(P256_PRIME);
    let first = |byte: u8| [&[byte], &good[1..]].concat();
    all_refused(
        rig,
        &signing(public(EccFamily::SecpR1), 256, ECDSA),
        &[
            ("x = p", [&[4], &prime[..], &good[33..]].concat()),
            ("y = p", [&good[..33], &prime[..]].concat()),
            ("a hybrid form", first(6 + (good[64] & 1))),
            ("another first byte", first(5)),
            ("a byte after the point", [&good[..], &[0]].concat()),
        ],
    )?;
    let edwards = signing(
        public(EccFamily::TwistedEdwards),
        255,
        AsymmetricSignature::PureEddsa,
    );
    if rig.can(CheckType::Import, &edwards)? {
        let mut one = vec![0; 32];
        one[0] = 1;
        let mut not_reduced = vec![0xff; 32];
        (not_reduced[0], not_reduced[31]) = (0xf0, 0x7f);
        let keys = [
            ("the neutral point", one),
            ("a point of order 4", vec![0; 32]),
            ("y above the prime", not_reduced),
            ("y of no point", [&[2][..], &[0; 31]].concat()),
        ];
        all_refused(rig, &edwards, &keys)?;
    }
    ensure(covered > 0, "no curve could be tried")
}

fn all_refused(rig: &Rig, wanted: &KeyAttributes, keys: &[(&str, Vec<u8>)]) -> Result<(), Stop> {
    for (what, data) in keys {
        refused(
            rig.try_import(wanted, data),
            Status::PsaErrorInvalidArgument,
            format!("{:?} of {} bits: {what}", wanted.key_type, wanted.key_bits),
        )?;
    }
    Ok(())
}

/// Volatile keys and wrapped keys.
fn every_way(rig: &Rig) -> Result<(), Stop> {
    let mut point = [vec![4], vectors::bytes(vectors::P256.public)].concat();
    point[64] ^= 1;
    let good = vectors::RSA_PAIR;
    let keys = [
        (
            signing(KeyType::RsaPublicKey, 0, PKCS1V15),
            changed(vectors::RSA_PUBLIC, &[(1, vec![1])]),
        ),
        (
            signing(KeyType::RsaKeyPair, 0, PKCS1V15),
            changed(good, &[(E, vec![3])]),
        ),
        (signing(public(EccFamily::SecpR1), 0, ECDSA), point),
        (signing(SECP_R1, 0, ECDSA), vec![0; 32]),
    ];
    for (wanted, data) in keys {
        if !rig.can(CheckType::Import, &wanted)? {
            continue;
        }
        let volatile = rig.provider().import_volatile_key(&ImportVolatileKey {
            key_name: "key".into(),
            attributes: wanted,
            data: Secret::from(&data[..]),
            lifetime: KeyLifetime::Connection,
        });
        refused(volatile, Status::PsaErrorInvalidArgument, "a volatile key")?;
        if rig.serves(Opcode::UnwrapKey) {
            refused(
                unwrapped(rig, wanted, &data)?,
                Status::PsaErrorInvalidArgument,
                "a wrapped key",
            )?;
        }
    }
    Ok(())
}

/// Wraps the data as if it were a key, and unwraps it as a key.
fn unwrapped(
    rig: &Rig,
    wanted: KeyAttributes,
    data: &[u8],
) -> Result<Result<CreatedKey, ProviderError>, Stop> {
    let alg = KeyWrap::AesKwp;
    let usage = UsageFlags {
        encrypt: true,
        decrypt: true,
        ..UsageFlags::default()
    };
    let wrapping = attributes(KeyType::Aes, 128, usage, Algorithm::KeyWrap(alg));
    let wrapping = rig.generate(&wrapping)?;
    let plain = rig.import(&exportable(KeyType::RawData, 0), data)?;
    let wrapped = rig.provider().wrap_key(
        &wrapping.context,
        &plain.context,
        &WrapKey {
            wrapping_key_name: "wrapping".into(),
            alg,
            key_name: "key".into(),
        },
    )?;
    Ok(rig.provider().unwrap_key(
        &wrapping.context,
        &UnwrapKey {
            wrapping_key_name: "wrapping".into(),
            alg,
            key_name: "key".into(),
            attributes: wanted,
            data: wrapped.data,
            lifetime: None,
        },
    ))
}
