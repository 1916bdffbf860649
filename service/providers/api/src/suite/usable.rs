//! Imported keys can be used.

use parsec_contracts::operations::{PsaMacCompute, PsaSignMessage, PsaVerifyMessage};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, CheckType, EccFamily, FullLengthMac, Hash, KeyType, Mac,
    UsageFlags,
};
use parsec_contracts::{Opcode, Status};

use super::rig::{ensure, refused};
use super::specs::{ECDSA, attributes, signing};
use super::{Case, Rig, Stop, vectors};

pub(super) const CASES: &[Case] = &[
    Case::new(
        "imported_hmac_keys_compute_codes",
        &[Opcode::PsaImportKey, Opcode::PsaMacCompute],
        hmac_keys_work,
    ),
    Case::new(
        "imported_pairs_sign_on_every_curve",
        &[
            Opcode::PsaImportKey,
            Opcode::PsaSignHash,
            Opcode::PsaVerifyHash,
        ],
        pairs_sign,
    ),
    Case::new(
        "imported_edwards_pairs_make_the_known_signature",
        &[
            Opcode::PsaImportKey,
            Opcode::PsaSignMessage,
            Opcode::PsaVerifyMessage,
        ],
        edwards_known,
    ),
];

/// HMAC keys that cannot compute a code cannot be imported.
fn hmac_keys_work(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for hash_alg in Hash::ALL {
        let alg = Mac::FullLength(FullLengthMac::Hmac {
            hash_alg: *hash_alg,
        });
        let usage = UsageFlags {
            sign_message: true,
            ..UsageFlags::default()
        };
        for bytes in [1, 16, 20, 28, 31, 32, 48, 64, 65, 200] {
            let wanted = attributes(KeyType::Hmac, 8 * bytes, usage, Algorithm::Mac(alg));
            let says = rig.can(CheckType::Import, &wanted)?;
            let what = format!("{hash_alg:?} with {bytes} bytes");
            let key = match rig.try_import(&wanted, &vec![7; bytes as usize]) {
                Ok(created) => rig.key(created),
                Err(error) => {
                    ensure(
                        !says && error.status() == Status::PsaErrorNotSupported,
                        format!("{what}: says {says}, but {error}"),
                    )?;
                    continue;
                }
            };
            let input = PsaMacCompute {
                key_name: "key".into(),
                alg,
                input: b"sample".to_vec(),
            };
            rig.provider().psa_mac_compute(&key.context, &input)?;
            covered += 1;
        }
    }
    ensure(covered > 0, "no HMAC key could be tried")
}

/// Families, with the sizes of curves and the lengths of their numbers.
const CURVES: [(EccFamily, u32, usize); 6] = [
    (EccFamily::SecpR1, 256, 32),
    (EccFamily::SecpR1, 384, 48),
    (EccFamily::SecpR1, 521, 66),
    (EccFamily::SecpK1, 256, 32),
    (EccFamily::BrainpoolPR1, 256, 32),
    (EccFamily::BrainpoolPR1, 384, 48),
];

fn pairs_sign(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for (curve_family, bits, length) in CURVES {
        let wanted = signing(KeyType::EccKeyPair { curve_family }, bits, ECDSA);
        if !rig.can(CheckType::Import, &wanted)? {
            continue;
        }
        let mut private = vec![0; length];
        private[length - 1] = 7;
        let key = rig.import(&wanted, &private)?;
        key.sign_and_verify(ECDSA, &vectors::bytes(vectors::SAMPLE_SHA_256))?;
        covered += 1;
    }
    ensure(covered > 0, "no curve could be tried")
}

/// RFC 8032, 7.1, test 2.
fn edwards_known(rig: &Rig) -> Result<(), Stop> {
    let curve_family = EccFamily::TwistedEdwards;
    let alg = AsymmetricSignature::PureEddsa;
    let wanted = signing(KeyType::EccKeyPair { curve_family }, 255, alg);
    let private =
        vectors::bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    let signature = vectors::bytes(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    let key = rig.import(&wanted, &private)?;
    let public = vectors::bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    ensure(key.public_key()? == public, "the public key is another")?;
    let sign = PsaSignMessage {
        key_name: "key".into(),
        alg,
        message: vec![0x72],
    };
    let made = rig.provider().psa_sign_message(&key.context, &sign)?;
    ensure(made.signature == signature, "the signature is another")?;
    let verify = |signature: Vec<u8>| {
        let input = PsaVerifyMessage {
            key_name: "key".into(),
            alg,
            message: vec![0x72],
            signature,
        };
        rig.provider().psa_verify_message(&key.context, &input)
    };
    verify(signature.clone())?;
    for at in [0, 31, 32, 63] {
        let mut changed = signature.clone();
        changed[at] ^= 1;
        refused(
            verify(changed),
            Status::PsaErrorInvalidSignature,
            format!("another byte {at}"),
        )?;
    }
    Ok(())
}
