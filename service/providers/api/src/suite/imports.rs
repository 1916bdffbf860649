//! Malformed keys cannot be imported.

use parsec_contracts::types::{CheckType, EccFamily, KeyAttributes, KeyType};
use parsec_contracts::{Opcode, Status};

use super::rig::{ensure, refused};
use super::specs::{ECDSA, PKCS1V15, SECP_R1, SECP_R1_PUBLIC, exportable, signing};
use super::{Case, Rig, Stop, vectors};

pub(super) const CASES: &[Case] = &[
    Case::new(
        "import_rejects_another_size",
        &[Opcode::PsaImportKey],
        other_bits,
    ),
    Case::new("import_rejects_garbage", &[Opcode::PsaImportKey], garbage),
];

fn other_bits(rig: &Rig) -> Result<(), Stop> {
    let p256 = vectors::bytes(vectors::P256.private);
    let point = [vec![4], vectors::bytes(vectors::P256.public)].concat();
    let mut covered = 0;
    for (right, wrong, data) in [
        (signing(SECP_R1, 256, ECDSA), 384, p256.as_slice()),
        (signing(SECP_R1_PUBLIC, 256, ECDSA), 384, point.as_slice()),
        (
            signing(KeyType::RsaKeyPair, 2048, PKCS1V15),
            3072,
            vectors::RSA_PAIR,
        ),
        (
            signing(KeyType::RsaPublicKey, 2048, PKCS1V15),
            1024,
            vectors::RSA_PUBLIC,
        ),
        (exportable(KeyType::Aes, 128), 256, &[7; 16]),
        (exportable(KeyType::RawData, 80), 88, &[7; 10]),
    ] {
        let attributes = KeyAttributes {
            key_bits: wrong,
            ..right
        };
        if !rig.can(CheckType::Import, &right)? || !rig.can(CheckType::Import, &attributes)? {
            continue;
        }
        refused(
            rig.try_import(&attributes, data),
            Status::PsaErrorInvalidArgument,
            format!(
                "{:?} with {wrong} bits given instead of {}",
                right.key_type, right.key_bits
            ),
        )?;
        covered += 1;
    }
    ensure(covered > 0, "no type of key could be tried")
}

fn garbage(rig: &Rig) -> Result<(), Stop> {
    let montgomery = KeyType::EccKeyPair {
        curve_family: EccFamily::Montgomery,
    };
    let off_curve = {
        let mut point = [vec![4], vectors::bytes(vectors::P256.public)].concat();
        point[64] ^= 1;
        point
    };
    let mut covered = 0;
    for (attributes, data) in [
        (signing(SECP_R1, 0, ECDSA), vec![]),
        (signing(SECP_R1, 256, ECDSA), vec![0; 32]),
        (signing(SECP_R1, 256, ECDSA), vec![0xff; 32]),
        (signing(SECP_R1, 0, ECDSA), vec![7; 33]),
        (signing(SECP_R1_PUBLIC, 256, ECDSA), vec![4; 65]),
        (signing(SECP_R1_PUBLIC, 256, ECDSA), off_curve),
        (signing(SECP_R1_PUBLIC, 0, ECDSA), vec![]),
        (
            signing(KeyType::RsaKeyPair, 2048, PKCS1V15),
            vec![0x30; 1192],
        ),
        (
            signing(KeyType::RsaKeyPair, 0, PKCS1V15),
            vectors::RSA_PAIR[..1000].to_vec(),
        ),
        (signing(KeyType::RsaPublicKey, 0, PKCS1V15), vec![7; 100]),
        (signing(KeyType::RsaPublicKey, 0, PKCS1V15), vec![]),
        (exportable(montgomery, 0), vec![7; 33]),
        (exportable(KeyType::Aes, 0), vec![7; 17]),
        (exportable(KeyType::Aes, 0), vec![]),
        (exportable(KeyType::RawData, 0), vec![]),
        (exportable(KeyType::Chacha20, 0), vec![7; 31]),
    ] {
        if !rig.can(CheckType::Import, &attributes)? {
            continue;
        }
        let what = attributes.key_type;
        match rig.try_import(&attributes, &data) {
            Ok(_) => {
                return Err(Stop::Fail(format!(
                    "{what:?} is made of {} bytes",
                    data.len()
                )));
            }
            Err(error) => ensure(
                matches!(
                    error.status(),
                    Status::PsaErrorInvalidArgument | Status::PsaErrorDataInvalid
                ),
                format!("{what:?} from garbage is refused with {error}"),
            )?,
        }
        covered += 1;
    }
    ensure(covered > 0, "no type of key could be tried")
}
